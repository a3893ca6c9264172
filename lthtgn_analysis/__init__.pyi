__version__: str

from .areas import (
    find_area as find_area,
    find_areas as find_areas,
    read_areas as read_areas,
    tile_grid as tile_grid,
)
from .boundaries import (
    carry_forward as carry_forward,
    read_concordance as read_concordance,
    split_boundary_effect as split_boundary_effect,
)
from .bylaws import find_register_problems as find_register_problems
from .changes import compare_runs as compare_runs
from .checks import (
    assert_valid as assert_valid,
    count_cases as count_cases,
    drop_problems as drop_problems,
    find_problems as find_problems,
)
from .citations import cite as cite, say_missing as say_missing, say_unreported as say_unreported
from .clubs import assess_clubs as assess_clubs, summarise_clubs as summarise_clubs
from .completeness import count_items as count_items, grade_quality as grade_quality
from .coverage import redraw_coverage as redraw_coverage
from .dates import format_date as format_date, parse_date as parse_date
from .disclosure import find_small_cells as find_small_cells, hide_small_cells as hide_small_cells
from .drawing import new_axes as new_axes, set_theme as set_theme
from .errors import (
    InvalidTableError as InvalidTableError,
    LthtgnError as LthtgnError,
    NotADateError as NotADateError,
    NotAFigureError as NotAFigureError,
    NotebookError as NotebookError,
    SiteError as SiteError,
    UnknownAreaError as UnknownAreaError,
    UnreadableSourceError as UnreadableSourceError,
)
from .evidence import explain as explain, why as why
from .excerpts import (
    name_district as name_district,
    name_province as name_province,
    take_breakdown as take_breakdown,
    take_district as take_district,
    take_province as take_province,
)
from .exports import write_workbook as write_workbook
from .formulas import annual_growth as annual_growth, growth as growth, ratio as ratio
from .fund_means import compare_means as compare_means
from .indicators import INDICATORS as INDICATORS, METRICS as METRICS
from .intervals import tighten as tighten
from .letters import (
    plot_completeness as plot_completeness,
    say_findings as say_findings,
    say_opening as say_opening,
    style_cases as style_cases,
    style_quality as style_quality,
    write_letter as write_letter,
)
from .metrics import compute as compute
from .notation import (
    format_figure as format_figure,
    format_interval as format_interval,
    label as label,
    parse_figure as parse_figure,
    parse_figures as parse_figures,
)
from .pages import build_site as build_site
from .plots import (
    plot_coverage as plot_coverage,
    plot_parts as plot_parts,
    plot_progress as plot_progress,
    plot_ranking as plot_ranking,
    plot_tile_map as plot_tile_map,
    plot_trend as plot_trend,
)
from .progress import (
    measure_progress as measure_progress,
    project as project,
    required_per_year as required_per_year,
)
from .registers import (
    read_clubs as read_clubs,
    read_loans as read_loans,
    read_meetings as read_meetings,
)
from .rollup import keep_latest as keep_latest, rank_conflicts as rank_conflicts, roll_up as roll_up
from .runner import run_notebook as run_notebook
from .scenarios import forecast as forecast, make_scenarios as make_scenarios
from .sentences import (
    say_against as say_against,
    say_district_title as say_district_title,
    say_national as say_national,
    say_province as say_province,
    say_targets as say_targets,
    say_title as say_title,
)
from .sources import sample_path as sample_path
from .standards import read_standard as read_standard
from .stories import (
    say_coverage as say_coverage,
    say_funds as say_funds,
    say_scenarios as say_scenarios,
)
from .story_plots import (
    plot_boundary_effect as plot_boundary_effect,
    plot_means as plot_means,
    plot_scenarios as plot_scenarios,
    plot_startup_need as plot_startup_need,
)
from .story_tables import (
    style_boundary_effect as style_boundary_effect,
    style_means as style_means,
    style_scenarios as style_scenarios,
    style_startup_need as style_startup_need,
)
from .tables import (
    count_problems as count_problems,
    style_metrics as style_metrics,
    style_observations as style_observations,
    style_problems as style_problems,
    style_progress as style_progress,
    style_sources as style_sources,
)
from .targets import read_targets as read_targets
from .tidy import (
    read_observations as read_observations,
    read_sources as read_sources,
    read_workbook as read_workbook,
)
