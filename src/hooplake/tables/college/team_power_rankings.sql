-- One row per Division I team of a season: ratings of the API and our own, polls, and a rank of what is known of them.
-- The percentile of a rating is its rank among the season's teams; the score is the mean of those that are known.
with adjusted as (
    select *, row_number() over (partition by team_id order by date desc) as place from silver.cbbd_fct_ratings_adjusted
),
simple as (
    select *, row_number() over (partition by team_id order by date desc) as place from silver.cbbd_fct_ratings_srs
),
own as (
    select *, row_number() over (partition by team_id order by rating_date desc) as place
    from silver.cbbd_team_adjusted_efficiencies
),
sums as (
    select team_id, count(*) as games_played, max(game_date) as data_through
    from silver.cbbd_fct_team_games
    group by team_id
),
polls as (
    select
        *,
        case when lower(poll_type) in ('ap', 'ap top 25') then 'ap' when lower(poll_type) in ('coaches', 'coaches poll') then 'coaches' end as poll,
        case season_type when 'preseason' then 0 when 'regular' then 1 when 'postseason' then 2 end as part
    from silver.cbbd_fct_rankings
),
latest as (
    select *, dense_rank() over (partition by poll order by part desc, week desc) as newness from polls where poll is not null
),
ranked as (
    select
        team_id,
        min(case when poll = 'ap' then ranking end) as ap_rank,
        min(case when poll = 'coaches' then ranking end) as coaches_rank
    from latest
    where newness = 1
    group by team_id
),
known as (
    select
        team.season,
        team.team_id,
        team.school,
        team.conference,
        team.conference_ambiguous,
        adjusted.off_rating,
        adjusted.def_rating,
        adjusted.net_rating,
        coalesce(simple.rating, own.srs) as srs_rating,
        case when simple.rating is not null then 'api' when own.srs is not null then 'own' end as srs_source,
        own.adj_off as own_adj_off,
        own.adj_def as own_adj_def,
        own.adj_net as own_adj_net,
        ranked.ap_rank,
        ranked.coaches_rank,
        coalesce(sums.games_played, 0) as games_played,
        sums.data_through
    from silver.cbbd_dim_team_seasons team
    left join adjusted on adjusted.team_id = team.team_id and adjusted.place = 1
    left join simple on simple.team_id = team.team_id and simple.place = 1
    left join own on own.team_id = team.team_id and own.place = 1
    left join ranked on ranked.team_id = team.team_id
    left join sums on sums.team_id = team.team_id
),
placed as (
    select
        *,
        case when off_rating is not null then rank() over (order by off_rating desc nulls last) end as ranking_offense,
        case when def_rating is not null then rank() over (order by def_rating nulls last) end as ranking_defense,
        case when net_rating is not null then rank() over (order by net_rating desc nulls last) end as ranking_net,
        case
            when net_rating is null then null when count(net_rating) over () = 1 then 50.0
            else 100.0 * (rank() over (order by net_rating nulls last) - 1) / (count(net_rating) over () - 1)
        end as net_percentile,
        case
            when own_adj_net is null then null when count(own_adj_net) over () = 1 then 50.0
            else 100.0 * (rank() over (order by own_adj_net nulls last) - 1) / (count(own_adj_net) over () - 1)
        end as own_percentile,
        case
            when srs_rating is null then null when count(srs_rating) over () = 1 then 50.0
            else 100.0 * (rank() over (order by srs_rating nulls last) - 1) / (count(srs_rating) over () - 1)
        end as srs_percentile
    from known
),
scored as (
    select
        *,
        (case when net_percentile is not null then 1 else 0 end)
        + (case when own_percentile is not null then 1 else 0 end)
        + (case when srs_percentile is not null then 1 else 0 end) as composite_inputs,
        coalesce(net_percentile, 0) + coalesce(own_percentile, 0) + coalesce(srs_percentile, 0) as percentiles
    from placed
),
final as (
    select *, percentiles / nullif(composite_inputs, 0) as composite_score from scored
)
select
    season,
    team_id,
    school as team,
    conference,
    conference_ambiguous,
    off_rating as adj_off_rating,
    def_rating as adj_def_rating,
    net_rating as adj_net_rating,
    ranking_offense,
    ranking_defense,
    ranking_net,
    srs_rating,
    srs_source,
    own_adj_off,
    own_adj_def,
    own_adj_net,
    ap_rank,
    coaches_rank,
    games_played,
    case when composite_score is not null then rank() over (order by composite_score desc nulls last) end as composite_rank,
    composite_score,
    composite_inputs,
    data_through
from final
