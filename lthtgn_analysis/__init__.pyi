__version__: str

from .areas import (
    find_area as find_area,
)
from .areas import (
    find_areas as find_areas,
)
from .areas import (
    read_areas as read_areas,
)
from .areas import (
    tile_grid as tile_grid,
)
from .boundaries import (
    carry_forward as carry_forward,
)
from .boundaries import (
    read_concordance as read_concordance,
)
from .boundaries import (
    split_boundary_effect as split_boundary_effect,
)
from .bylaws import find_register_problems as find_register_problems
from .changes import compare_runs as compare_runs
from .checks import (
    assert_valid as assert_valid,
)
from .checks import (
    count_cases as count_cases,
)
from .checks import (
    drop_problems as drop_problems,
)
from .checks import (
    find_problems as find_problems,
)
from .citations import cite as cite
from .citations import say_missing as say_missing
from .citations import say_unreported as say_unreported
from .clubs import assess_clubs as assess_clubs
from .clubs import summarise_clubs as summarise_clubs
from .completeness import count_items as count_items
from .completeness import grade_quality as grade_quality
from .coverage import redraw_coverage as redraw_coverage
from .dates import format_date as format_date
from .dates import parse_date as parse_date
from .disclosure import find_small_cells as find_small_cells
from .disclosure import hide_small_cells as hide_small_cells
from .documents import read_documents as read_documents
from .drawing import new_axes as new_axes
from .drawing import set_theme as set_theme
from .errors import (
    InvalidTableError as InvalidTableError,
)
from .errors import (
    LthtgnError as LthtgnError,
)
from .errors import (
    NotADateError as NotADateError,
)
from .errors import (
    NotAFigureError as NotAFigureError,
)
from .errors import (
    NotebookError as NotebookError,
)
from .errors import (
    SiteError as SiteError,
)
from .errors import (
    UnknownAreaError as UnknownAreaError,
)
from .errors import (
    UnreadableSourceError as UnreadableSourceError,
)
from .evidence import explain as explain
from .evidence import why as why
from .excerpts import (
    name_district as name_district,
)
from .excerpts import (
    name_province as name_province,
)
from .excerpts import (
    take_breakdown as take_breakdown,
)
from .excerpts import (
    take_district as take_district,
)
from .excerpts import (
    take_province as take_province,
)
from .exports import write_workbook as write_workbook
from .formulas import annual_growth as annual_growth
from .formulas import growth as growth
from .formulas import ratio as ratio
from .fund_means import compare_means as compare_means
from .indicators import INDICATORS as INDICATORS
from .indicators import METRICS as METRICS
from .intervals import tighten as tighten
from .letters import (
    plot_completeness as plot_completeness,
)
from .letters import (
    say_findings as say_findings,
)
from .letters import (
    say_opening as say_opening,
)
from .letters import (
    style_cases as style_cases,
)
from .letters import (
    style_quality as style_quality,
)
from .letters import (
    write_letter as write_letter,
)
from .metrics import compute as compute
from .notation import (
    format_figure as format_figure,
)
from .notation import (
    format_interval as format_interval,
)
from .notation import (
    label as label,
)
from .notation import (
    parse_figure as parse_figure,
)
from .notation import (
    parse_figures as parse_figures,
)
from .pace import project as project
from .pace import project_range as project_range
from .pace import required_per_year as required_per_year
from .pages import build_site as build_site
from .plots import (
    plot_coverage as plot_coverage,
)
from .plots import (
    plot_parts as plot_parts,
)
from .plots import (
    plot_progress as plot_progress,
)
from .plots import (
    plot_ranking as plot_ranking,
)
from .plots import (
    plot_tile_map as plot_tile_map,
)
from .plots import (
    plot_trend as plot_trend,
)
from .progress import (
    measure_progress as measure_progress,
)
from .ranks import rank_places as rank_places
from .register_stories import count_criteria as count_criteria
from .register_stories import list_register_sources as list_register_sources
from .register_stories import mark_made_up as mark_made_up
from .register_stories import plot_criteria as plot_criteria
from .register_stories import say_made_up as say_made_up
from .register_stories import say_register as say_register
from .register_stories import style_criteria as style_criteria
from .registers import (
    read_clubs as read_clubs,
)
from .registers import (
    read_loans as read_loans,
)
from .registers import (
    read_meetings as read_meetings,
)
from .review import say_reading as say_reading
from .review import style_reasons as style_reasons
from .review import write_review as write_review
from .rollup import keep_latest as keep_latest
from .rollup import rank_conflicts as rank_conflicts
from .rollup import roll_up as roll_up
from .runner import run_notebook as run_notebook
from .scenarios import forecast as forecast
from .scenarios import make_scenarios as make_scenarios
from .sentences import (
    say_against as say_against,
)
from .sentences import (
    say_district_title as say_district_title,
)
from .sentences import (
    say_national as say_national,
)
from .sentences import (
    say_province as say_province,
)
from .sentences import (
    say_targets as say_targets,
)
from .sentences import (
    say_title as say_title,
)
from .sources import sample_path as sample_path
from .standards import read_standard as read_standard
from .standings import count_on_track as count_on_track
from .standings import expect_by_now as expect_by_now
from .standings import sum_targets as sum_targets
from .stories import (
    say_coverage as say_coverage,
)
from .stories import (
    say_funds as say_funds,
)
from .stories import (
    say_scenarios as say_scenarios,
)
from .story_plots import (
    plot_boundary_effect as plot_boundary_effect,
)
from .story_plots import (
    plot_means as plot_means,
)
from .story_plots import (
    plot_scenarios as plot_scenarios,
)
from .story_plots import (
    plot_startup_need as plot_startup_need,
)
from .story_tables import (
    style_boundary_effect as style_boundary_effect,
)
from .story_tables import (
    style_means as style_means,
)
from .story_tables import (
    style_scenarios as style_scenarios,
)
from .story_tables import (
    style_startup_need as style_startup_need,
)
from .tables import (
    count_problems as count_problems,
)
from .tables import (
    style_metrics as style_metrics,
)
from .tables import (
    style_observations as style_observations,
)
from .tables import (
    style_problems as style_problems,
)
from .tables import (
    style_progress as style_progress,
)
from .tables import (
    style_sources as style_sources,
)
from .targets import read_targets as read_targets
from .tidy import (
    read_observations as read_observations,
)
from .tidy import (
    read_sources as read_sources,
)
from .tidy import (
    read_workbook as read_workbook,
)
