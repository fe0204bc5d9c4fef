{#-
    The rows that all forecast runs wrote to a table; no rows before the first run, or in a build
    without a forecast, which what earlier builds have forecast is not of.
-#}
{% macro forecast_rows(table) %}
{%- set folder = (env_var('PAIDNET_DATA', 'data') if execute else 'data') ~ '/forecasts' -%}
{%- set is_alone = execute and env_var('PAIDNET_ALONE', '') == '1' -%}
{{- parquet_rows(
    'forecasting', table, [] if is_alone else [folder ~ '/*/*/' ~ table ~ '.parquet']
) -}}
{% endmacro %}
