{#- One row for the start of each month or week that a span touches. -#}
{% macro each_period(type, first, last) -%}
    {{ return(adapter.dispatch('each_period', 'paidnet')(type, first, last)) }}
{%- endmacro %}

{% macro default__each_period(type, first, last) -%}
    cast(
        unnest(
            range(
                date_trunc({{ type }}, {{ first }}),
                {{ last }} + interval 1 day,
                case {{ type }} when 'month' then to_months(1) else to_days(7) end
            )
        ) as date
    )
{%- endmacro %}

{% macro spark__each_period(type, first, last) -%}
    explode(
        case {{ type }}
            when 'month' then sequence(
                cast(date_trunc('month', {{ first }}) as date), {{ last }}, interval 1 month
            )
            else sequence(
                cast(date_trunc('week', {{ first }}) as date), {{ last }}, interval 7 days
            )
        end
    )
{%- endmacro %}
