{#- The rows that all forecast runs wrote to a table; no rows before the first run. -#}
{% macro forecast_rows(table) %}
{%- set folder = (env_var('PAIDNET_DATA', 'data') if execute else 'data') ~ '/forecasts' -%}
{{- parquet_rows('forecasting', table, [folder ~ '/*/*/' ~ table ~ '.parquet']) -}}
{% endmacro %}
