"""What `make run` starts: a supervisor, a stand-in for WeChat's servers, demo data. Nothing of the product imports it."""
