"""The slots of SSSOM 1.1, in the order of its tables.

Source: https://mapping-commons.github.io/sssom/MappingSet/ and https://mapping-commons.github.io/sssom/Mapping/.
"""

from __future__ import annotations

MAPPINGS = ".sssom.tsv"
"""The ending of the name of a mapping set."""

NEEDED = ("subject_id", "predicate_id", "object_id", "mapping_justification")
"""Slots that no mapping here is without; mappings of literals, which the standard also knows, name no things."""

PROPAGATED = {
    "cardinality_scope",
    "curation_rule",
    "curation_rule_text",
    "mapping_date",
    "mapping_provider",
    "mapping_tool",
    "mapping_tool_id",
    "mapping_tool_version",
    "object_match_field",
    "object_preprocessing",
    "object_source",
    "object_source_version",
    "object_type",
    "predicate_type",
    "similarity_measure",
    "subject_match_field",
    "subject_preprocessing",
    "subject_source",
    "subject_source_version",
    "subject_type",
}
"""Slots of a set that stand for all its mappings."""

SET_SLOTS = (
    "sssom_version",
    "curie_map",
    "mapping_set_id",
    "mapping_set_version",
    "mapping_set_source",
    "mapping_set_title",
    "mapping_set_description",
    "mapping_set_confidence",
    "creator_id",
    "creator_label",
    "license",
    "subject_type",
    "subject_source",
    "subject_source_version",
    "object_type",
    "object_source",
    "object_source_version",
    "predicate_type",
    "mapping_provider",
    "cardinality_scope",
    "mapping_tool",
    "mapping_tool_id",
    "mapping_tool_version",
    "mapping_date",
    "publication_date",
    "subject_match_field",
    "object_match_field",
    "subject_preprocessing",
    "object_preprocessing",
    "similarity_measure",
    "curation_rule",
    "curation_rule_text",
    "see_also",
    "issue_tracker",
    "other",
    "comment",
    "extension_definitions",
)
"""Slots of a mapping set, but for its mappings."""

MAPPING_SLOTS = (
    "record_id",
    "subject_id",
    "subject_label",
    "subject_category",
    "predicate_id",
    "predicate_label",
    "predicate_modifier",
    "object_id",
    "object_label",
    "object_category",
    "mapping_justification",
    "author_id",
    "author_label",
    "reviewer_id",
    "reviewer_label",
    "creator_id",
    "creator_label",
    "license",
    "subject_type",
    "subject_source",
    "subject_source_version",
    "object_type",
    "object_source",
    "object_source_version",
    "predicate_type",
    "mapping_provider",
    "mapping_source",
    "mapping_cardinality",
    "cardinality_scope",
    "mapping_tool",
    "mapping_tool_id",
    "mapping_tool_version",
    "mapping_date",
    "publication_date",
    "review_date",
    "confidence",
    "reviewer_agreement",
    "curation_rule",
    "curation_rule_text",
    "subject_match_field",
    "object_match_field",
    "match_string",
    "subject_preprocessing",
    "object_preprocessing",
    "similarity_score",
    "similarity_measure",
    "see_also",
    "issue_tracker_item",
    "other",
    "comment",
)
"""Slots of a mapping."""

ENTITIES = {
    "author_id",
    "creator_id",
    "curation_rule",
    "issue_tracker_item",
    "mapping_justification",
    "mapping_source",
    "mapping_tool_id",
    "object_id",
    "object_match_field",
    "object_preprocessing",
    "object_source",
    "predicate_id",
    "record_id",
    "reviewer_id",
    "subject_id",
    "subject_match_field",
    "subject_preprocessing",
    "subject_source",
}
"""Slots of a mapping whose values are CURIEs."""

MULTIVALUED = {
    "author_id",
    "author_label",
    "cardinality_scope",
    "creator_id",
    "creator_label",
    "curation_rule",
    "curation_rule_text",
    "mapping_set_source",
    "match_string",
    "object_match_field",
    "object_preprocessing",
    "reviewer_id",
    "reviewer_label",
    "see_also",
    "subject_match_field",
    "subject_preprocessing",
}
"""Slots that may have several values."""

SCORES = {"confidence", "mapping_set_confidence", "similarity_score"}
"""Slots whose values are numbers from 0 to 1."""

DATES = {"mapping_date", "publication_date", "review_date"}
"""Slots whose values are days."""
