"""SHACL for any graph: shapes compiled to plans, run as SPARQL or SQL, and reports."""
