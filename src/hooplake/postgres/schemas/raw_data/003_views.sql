-- Views of what is asked for most. Where a database has one of the name already, it is left as it is.
do $views$
begin
    if to_regclass('raw_data.games_summary') is null then
        create view raw_data.games_summary as
        select
            game_id,
            source,
            season,
            game_date,
            data #>> '{teams,home,name}' as home_team,
            data #>> '{teams,away,name}' as away_team,
            case when jsonb_typeof(data #> '{teams,home,score}') = 'number'
                then (data #>> '{teams,home,score}')::numeric::integer end as home_score,
            case when jsonb_typeof(data #> '{teams,away,score}') = 'number'
                then (data #>> '{teams,away,score}')::numeric::integer end as away_score,
            data #>> '{espn_features,game_info,status}' as status,
            collected_at
        from raw_data.nba_games;
    end if;
    if to_regclass('raw_data.players_summary') is null then
        create view raw_data.players_summary as
        select
            player_id,
            player_name,
            source,
            season,
            data ->> 'team' as team,
            data ->> 'position' as position,
            collected_at
        from raw_data.nba_players;
    end if;
    if to_regclass('raw_data.data_source_stats') is null then
        create view raw_data.data_source_stats as
        select 'games' as table_name, source, count(*) as record_count,
            min(collected_at) as first_collection, max(collected_at) as last_collection
        from raw_data.nba_games group by source
        union all
        select 'players', source, count(*), min(collected_at), max(collected_at)
        from raw_data.nba_players group by source
        union all
        select 'teams', source, count(*), min(collected_at), max(collected_at)
        from raw_data.nba_teams group by source
        order by 1, 2;
    end if;
    if to_regclass('raw_data.season_coverage') is null then
        create view raw_data.season_coverage as
        select 'games' as table_name, season, count(*) as record_count,
            count(distinct source) as source_count, array_agg(distinct source order by source) as sources
        from raw_data.nba_games where season is not null group by season
        union all
        select 'players', season, count(*), count(distinct source), array_agg(distinct source order by source)
        from raw_data.nba_players where season is not null group by season
        order by 1, 2 desc;
    end if;
    if to_regclass('raw_data.enrichment_summary') is null then
        create view raw_data.enrichment_summary as
        select
            season,
            count(*) as games,
            count(*) filter (where data ? 'espn_features') as enriched,
            min((data #>> '{metadata,enrichment,feature_count}')::integer) as min_features,
            max((data #>> '{metadata,enrichment,feature_count}')::integer) as max_features,
            avg((data #>> '{metadata,enrichment,feature_count}')::integer) as avg_features
        from raw_data.nba_games group by season order by season;
    end if;
end;
$views$;
