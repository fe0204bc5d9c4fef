"""The same models on Apache Spark: dbt in an environment of its own, then a release as always."""
