with

companies as (
    select * from {{ ref('dim_companies') }}
),

spikes as (
    select * from {{ ref('fct_unexplained_spikes') }}
),

-- Of a company without one, a row that says so.
final as (
    select
        companies.company_id,
        coalesce(spikes.spike_number, 0) as spike_number,
        coalesce(
            {{ time_text('spikes.spike_date', '%Y-%m-%d, %A') }}, 'No day stands out'
        ) as spike_label,
        spikes.spike_date,
        spikes.gross_amount,
        spikes.usual_amount,
        spikes.spike_ratio,
        case when spikes.is_yearly then 'yes' when not spikes.is_yearly then 'no' end
            as yearly_label,
        spikes.proposed_line,
        companies.currency
    from companies
    left join spikes
        on companies.company_id = spikes.company_id
)

select * from final
