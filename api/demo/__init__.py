"""What `make run` starts beside the product: supervisor, stand-in for WeChat's servers, demo data. Nothing imports it."""
