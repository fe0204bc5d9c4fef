{#- What fair bets against the range of 80 % have made of 1 so far: the mean over their stakes. A
    bet on `narrow` gains as fewer than four in five hold, one on `wide` as more do. Of the worst
    outcome, all held or none, something of every stake is left. -#}
{% macro live_evidence(side, held_share) -%}
    {%- set stakes = {
        'narrow': [0.5, 1, 2, 3, 4],
        'wide': [0.25, 0.5, 0.75, 1, 1.2],
    }[side] -%}
    {%- set gain = '0.8 - ' ~ held_share if side == 'narrow' else held_share ~ ' - 0.8' -%}
    (
        {% for stake in stakes %}
            {{ "+ " if not loop.first }}exp(sum(ln(1 + {{ stake }} * ({{ gain }}))) over so_far)
        {% endfor %}
    ) / {{ stakes | length }}
{%- endmacro %}
