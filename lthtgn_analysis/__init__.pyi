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
from .checks import (
    assert_valid as assert_valid,
    drop_problems as drop_problems,
    find_problems as find_problems,
)
from .dates import format_date as format_date, parse_date as parse_date
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
from .indicators import INDICATORS as INDICATORS, METRICS as METRICS
from .metrics import (
    annual_growth as annual_growth,
    compute as compute,
    growth as growth,
    ratio as ratio,
)
from .notation import (
    format_figure as format_figure,
    format_interval as format_interval,
    parse_figure as parse_figure,
    parse_figures as parse_figures,
)
from .pages import build_site as build_site
from .progress import (
    measure_progress as measure_progress,
    project as project,
    required_per_year as required_per_year,
)
from .rollup import keep_latest as keep_latest, rank_conflicts as rank_conflicts, roll_up as roll_up
from .runner import run_notebook as run_notebook
from .sources import sample_path as sample_path
from .targets import read_targets as read_targets
from .tidy import read_observations as read_observations, read_sources as read_sources
