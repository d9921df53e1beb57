"""Where people enrol, are assessed, and are awarded.

Nouns: Enrolment (with the consent given), Result (one per learning outcome), Award. Hands on: the Award, the one
hinge between whatever led to it (assessment, prior learning, a stack) and whatever follows.
"""
