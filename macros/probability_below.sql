{#-
    An aggregate over the rows of one forecast, a quantile each: the probability that it
    stays below a threshold. Linear between quantiles; the lowest where several have the
    same amount; null outside the grid.
-#}
{% macro probability_below(quantile, amount, threshold) -%}
    {%- set below = 'filter (where ' ~ amount ~ ' < ' ~ threshold ~ ')' -%}
    {%- set above = 'filter (where ' ~ amount ~ ' >= ' ~ threshold ~ ')' -%}
    {%- set step = 'min(' ~ quantile ~ ') ' ~ above ~ ' - max(' ~ quantile ~ ') ' ~ below -%}
    {%- set gap = 'min(' ~ amount ~ ') ' ~ above ~ ' - max(' ~ amount ~ ') ' ~ below -%}
    case
        when min({{ amount }}) = {{ threshold }} then min({{ quantile }})
        else {{ rounded(
            'max(' ~ quantile ~ ') ' ~ below
            ~ ' + (' ~ step ~ ')'
            ~ ' * cast(' ~ threshold ~ ' - max(' ~ amount ~ ') ' ~ below ~ ' as double)'
            ~ ' / cast(' ~ gap ~ ' as double)',
            6
        ) }}
    end
{%- endmacro %}
