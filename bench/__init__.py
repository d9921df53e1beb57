"""What is measured: ``python -m bench [ONLY]`` prints one JSON object a line."""
