-- One row per Division I team of a season: ratings of the API and our own, polls, and a rank of what is known of them.
-- The percentile of a rating is its rank among the season's teams; the score is the mean of those that are known.
-- Until a season is over, only what was told by the day after its last game counts.
with season_state as (
    select
        max(case when is_final then game_date end) as data_through,
        max(case when status in ('scheduled', 'in_progress') then game_date end) as last_due
    from silver.cbbd_fct_games
),
until as (
    select
        data_through,
        case when last_due is null or last_due <= data_through then date '9999-12-31' else data_through + 1 end as told_until
    from season_state
),
adjusted as (
    select told.*, row_number() over (partition by told.team_id order by told.date desc) as place
    from silver.cbbd_fct_ratings_adjusted told
    cross join until
    where told.date <= until.told_until
),
simple as (
    select told.*, row_number() over (partition by told.team_id order by told.date desc) as place
    from silver.cbbd_fct_ratings_srs told
    cross join until
    where told.date <= until.told_until
),
own as (
    select *, row_number() over (partition by team_id order by rating_date desc) as place
    from silver.cbbd_team_adjusted_efficiencies
),
by_plays as (
    select *, row_number() over (partition by team_id order by rating_date desc) as place
    from silver.cbbd_team_pbp_efficiencies
),
sums as (
    select team_id, count(*) as games_played, max(game_date) as data_through
    from silver.cbbd_fct_team_games
    group by team_id
),
play_sums as (
    select
        team_id,
        count(*) as pbp_games,
        100.0 * sum(pts) / nullif(sum(pbp_poss), 0) as pbp_off_eff,
        100.0 * sum(opp_pts) / nullif(sum(pbp_poss), 0) as pbp_def_eff,
        40.0 * sum(pbp_poss) / nullif(sum(minutes), 0) as pbp_pace
    from silver.fct_pbp_team_games
    where league = 'mbb' and source = 'cbbd' and pbp_ok
    group by team_id
),
polls as (
    select
        *,
        case when lower(poll_type) in ('ap', 'ap top 25') then 'ap' when lower(poll_type) in ('coaches', 'coaches poll') then 'coaches' end as poll,
        case season_type when 'preseason' then 0 when 'regular' then 1 when 'postseason' then 2 end as part
    from silver.cbbd_fct_rankings
    cross join until
    where poll_date is null or until.data_through is null or cast(poll_date as date) <= until.data_through
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
        play_sums.pbp_off_eff,
        play_sums.pbp_def_eff,
        play_sums.pbp_pace,
        coalesce(play_sums.pbp_games, 0) as pbp_games,
        by_plays.adj_off as pbp_adj_off_eff,
        by_plays.adj_def as pbp_adj_def_eff,
        by_plays.adj_net as pbp_adj_net_eff,
        ranked.ap_rank,
        ranked.coaches_rank,
        coalesce(sums.games_played, 0) as games_played,
        sums.data_through,
        until.data_through as season_through
    from silver.cbbd_dim_team_seasons team
    cross join until
    left join adjusted on adjusted.team_id = team.team_id and adjusted.place = 1
    left join simple on simple.team_id = team.team_id and simple.place = 1
    left join own on own.team_id = team.team_id and own.place = 1
    left join by_plays on by_plays.team_id = team.team_id and by_plays.place = 1
    left join play_sums on play_sums.team_id = team.team_id
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
            when pbp_adj_net_eff is null then null when count(pbp_adj_net_eff) over () = 1 then 50.0
            else 100.0 * (rank() over (order by pbp_adj_net_eff nulls last) - 1) / (count(pbp_adj_net_eff) over () - 1)
        end as pbp_percentile,
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
        + (case when pbp_percentile is not null then 1 else 0 end)
        + (case when srs_percentile is not null then 1 else 0 end) as composite_inputs,
        coalesce(net_percentile, 0) + coalesce(pbp_percentile, 0) + coalesce(srs_percentile, 0) as percentiles
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
    pbp_off_eff,
    pbp_def_eff,
    pbp_off_eff - pbp_def_eff as pbp_net_eff,
    pbp_adj_off_eff,
    pbp_adj_def_eff,
    pbp_adj_net_eff,
    pbp_pace,
    pbp_games,
    games_played,
    case when composite_score is not null then rank() over (order by composite_score desc nulls last) end as composite_rank,
    composite_score,
    composite_inputs,
    data_through,
    season_through as "asof"
from final
