"""Publish articles to the topic `articles`."""
