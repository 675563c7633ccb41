-- One row per recruit; the class of a year first plays in the next season.
with told as (
    select
        id as recruit_id,
        source_id,
        position,
        school_id,
        school,
        hometown_country,
        hometown_state,
        hometown_city,
        committed_to_conference,
        committed_to_name,
        committed_to_id,
        athlete_id as player_id,
        cast(year as integer) as class_year,
        name,
        height_inches,
        cast(weight_pounds as integer) as weight_pounds,
        cast(stars as integer) as stars,
        rating,
        cast(ranking as integer) as ranking,
        "asof"
    from bronze.recruiting_players p
    where not exists (
        select 1 from silver.cbbd_complete_fetches whole
        where whole.endpoint = 'recruiting_players' and whole.season = p.season and whole.told_on > p."asof"
    )
),
newest as (
    select *, row_number() over (partition by recruit_id order by "asof" desc) as place from told
)
select
    recruit_id,
    source_id,
    position,
    school_id,
    school,
    hometown_country,
    hometown_state,
    hometown_city,
    committed_to_conference,
    committed_to_name,
    committed_to_id,
    player_id,
    class_year,
    name,
    height_inches,
    weight_pounds,
    stars,
    rating,
    ranking
from newest
where place = 1
