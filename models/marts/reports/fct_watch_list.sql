with

companies as (
    select * from {{ ref('dim_companies') }}
),

verdicts as (
    select * from {{ ref('fct_company_verdicts') }}
),

changes as (
    select * from {{ ref('fct_company_changes') }}
),

profiles as (
    select * from {{ ref('fct_company_risk_profile') }}
),

capacities as (
    select * from {{ ref('fct_advance_capacity') }}
    where is_standard_terms and stress_id = 'none'
),

trust as (
    select * from {{ ref('fct_forecast_trust') }}
),

data_quality as (
    select * from {{ ref('fct_data_quality') }}
),

findings as (
    select
        company_id,
        min_by(flag_name, finding_rank) as worst_finding_name,
        min_by(sentence, finding_rank) as worst_finding,
        bool_or(flag_id = 'data_age_days') as has_old_data
    from {{ ref('fct_company_flags') }}
    where kind <> 'strength'
    group by all
),

covenant_counts as (
    select
        company_id,
        count(*) as covenant_count,
        count(*) filter (where status = 'red') as red_covenant_count,
        count(*) filter (where status = 'amber') as amber_covenant_count,
        min(days_to_breach) filter (where status <> 'red') as days_to_breach
    from {{ ref('fct_covenants') }}
    group by all
),

final as (
    select
        cast(
            row_number() over (
                order by
                    coalesce(data_quality.is_quarantined, false) desc,
                    verdicts.watch_rank asc,
                    coalesce(covenant_counts.red_covenant_count, 0) desc,
                    verdicts.red_concern_count desc,
                    verdicts.amber_concern_count desc,
                    companies.company_id asc
            ) as bigint
        ) as watch_number,
        companies.company_id,
        companies.company_name,
        companies.currency,
        companies.country,
        verdicts.verdict,
        verdicts.verdict_sentence,
        verdicts.worst_severity,
        findings.worst_finding_name,
        findings.worst_finding,
        verdicts.red_concern_count,
        verdicts.amber_concern_count,
        verdicts.data_finding_count,
        covenant_counts.covenant_count,
        covenant_counts.red_covenant_count,
        covenant_counts.amber_covenant_count,
        covenant_counts.days_to_breach,
        capacities.capacity_90_amount,
        capacities.capacity_90_months_of_sales,
        changes.change_label,
        trust.trust as forecast_trust,
        profiles.trailing_365_day_net_revenue_amount,
        profiles.growth_year_on_year,
        profiles.growth_90_days_year_on_year,
        profiles.refund_value_rate,
        profiles.top_10_customer_share,
        companies.first_order_date,
        companies.last_order_date,
        data_quality.days_since_last_order,
        coalesce(findings.has_old_data, false) as has_old_data,
        companies.history_is_truncated,
        companies.is_in_git,
        coalesce(data_quality.is_quarantined, false) as is_quarantined,
        data_quality.built_at
    from companies
    inner join verdicts
        on companies.company_id = verdicts.company_id
    left join profiles
        on companies.company_id = profiles.company_id
    left join data_quality
        on companies.company_id = data_quality.company_id
    left join changes
        on companies.company_id = changes.company_id
    left join findings
        on companies.company_id = findings.company_id
    left join covenant_counts
        on companies.company_id = covenant_counts.company_id
    left join capacities
        on companies.company_id = capacities.company_id
    left join trust
        on companies.company_id = trust.company_id
)

select * from final
