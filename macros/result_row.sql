{#- A result of a data test as a row of fct_test_results. -#}
{% macro result_row(result) %}
{%- set node = result.node -%}
{%- set tested = node.attached_node or (node.refs | map(attribute='name') | first) or '' -%}
{%- set ended = result.timing | map(attribute='completed_at') | select | list | last -%}
(
    '{{ node.name }}', nullif('{{ tested.split('.') | last }}', ''),
    nullif('{{ (node.column_name or '') | replace("'", "''") | trim }}', ''),
    '{{ 'generic' if node.test_metadata else 'singular' }}', '{{ node.config.severity | lower }}',
    '{{ result.status }}', {{ 'null' if result.failures is none else result.failures }},
    {{ result.execution_time }}, '{{ ended or run_started_at }}',
    '{{ invocation_args_dict.get('selector') or 'all' }}',
    nullif('{{ env_var('PAIDNET_TESTED_COMPANIES', '') }}', '')
)
{%- endmacro %}
