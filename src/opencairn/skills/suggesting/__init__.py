"""The shelf of ways to suggest skills for a text: by wording (the default) and, where an operator brings one, a model."""
