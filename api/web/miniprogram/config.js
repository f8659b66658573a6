// The one file that an operator changes: the host under which the product is reached, as in CW_PUBLIC_URL.
module.exports = { HOST: "https://credit-window.example" };
