{#- From when on a time zone has which offset: rows of `time_zone` and `offset_change`, of the zones
    of a relation, as Python's library has them (ingestion/time_zones.py). -#}
{% macro offset_changes(zones, since, until) -%}
    {{ return(adapter.dispatch('offset_changes', 'paidnet')(zones, since, until)) }}
{%- endmacro %}

{% macro default__offset_changes(zones, since, until) -%}
    select time_zone, unnest(offset_changes(time_zone, {{ since }}, {{ until }})) as offset_change
    from {{ zones }}
{%- endmacro %}

{% macro spark__offset_changes(zones, since, until) -%}
    select zones.time_zone, {{ struct({
        'utc_from': 'changes.utc_from', 'offset_minutes': 'changes.offset_minutes',
    }) }} as offset_change
    from {{ zones }} as zones
    inner join parquet.`{{ absolute_path(seed_path('offset_changes')) }}` as changes
        on zones.time_zone = changes.time_zone
{%- endmacro %}
