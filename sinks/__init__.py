"""Write resolved articles and actor counts to where people search and plot them."""
