"""The shelf of ways to suggest skills for a text: by wording, and by a model where an operator brings one."""
