{#- A reading of a time zone's clock as UTC, as its library has it: the later of a reading that
    occurs twice. Slow: rows are dated by base_shop__time_zone_offsets. -#}
{% macro clock_in_utc(moment, zone) -%}
    {{ return(adapter.dispatch('clock_in_utc', 'paidnet')(moment, zone)) }}
{%- endmacro %}

{% macro default__clock_in_utc(moment, zone) -%}
    timezone('UTC', timezone({{ zone }}, {{ moment }}))
{%- endmacro %}

{#- Spark takes the earlier: the later comes as much after it as the clock went back. -#}
{% macro spark__clock_in_utc(moment, zone) -%}
    {%- set earlier = "convert_timezone(%s, 'UTC', %s)" % (zone, moment) -%}
    greatest(
        {{ earlier }}
        {%- for minutes in [30, 60, 120, 180] %}
            {%- set later = '%s + interval %d minutes' % (earlier, minutes) -%}
            , if(convert_timezone('UTC', {{ zone }}, {{ later }}) = {{ moment }}, {{ later }}, null)
        {%- endfor %}
    )
{%- endmacro %}
