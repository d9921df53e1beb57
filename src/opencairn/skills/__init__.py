"""Where learning outcomes meet the taxonomies of skills, and levels and credits meet their frameworks.

Nouns: Taxonomy (one version of ESCO, O*NET …), Skill (a concept in it), Alignment (this outcome builds that skill:
suggested, confirmed or rejected by a person), QualificationFramework (a data file). Hands on: ``queries.suggest``,
``queries.confirmed``, ``rules.shares``, ``rules.convert``.
"""
