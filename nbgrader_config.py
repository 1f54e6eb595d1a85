"""Makes this folder an nbgrader course: run `nbgrader` or the formgrader here.

nbgrader reads and writes source/, release/, submitted/, autograded/, feedback/ and gradebook.db
here and leaves the other folders alone. Preprocessors are given by name, because formgrader shows
the configuration as JSON, and because a name costs nothing until it is used.
"""

import os
import sysconfig
import warnings
from typing import Any

c: Any = get_config()  # type: ignore[name-defined]  # noqa: F821  (nbgrader puts it there)

c.CourseDirectory.course_id = "rnn"

# nbgrader's own list, with stubs that name the function to write. `autograder build` uses it too.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.InstantiateTests",
    "nbgrader.preprocessors.LockCells",
    "autograder.nbgrader_plugin.clear_solutions.NamedStubs",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]

c.ClearSolutions.text_stub = "*Write your answer here, in place of this line.*"

# --- autograde: the grader in place of a kernel ---

c.Autograde.exporter_class = "autograder.nbgrader_plugin.reading.TolerantExporter"
c.TolerantExporter.optimistic_validation = True  # once, and not after each step
c.Autograde.sanitize_preprocessors = [
    "autograder.nbgrader_plugin.restore.RestoreCells",
    "autograder.nbgrader_plugin.sanitise.Sanitise",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "autograder.nbgrader_plugin.cell_metadata.CheckCells",
]
c.Autograde.autograde_preprocessors = [
    "autograder.nbgrader_plugin.grade.GradeInSandbox",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "autograder.nbgrader_plugin.mark_schemes.SettleMarkSchemes",
    "autograder.nbgrader_plugin.extra_credit.SaveExtraCredit",
    "nbgrader.preprocessors.AssignLatePenalties",
    "autograder.nbgrader_plugin.cell_metadata.CheckCells",
]
c.OverwriteCells.add_missing_cells = True

# What a submission may use, where it differs from the kit's limits (autograder/sandbox/inside/
# limits.py), and whether to refuse anything weaker than namespaces:
# c.GradeInSandbox.limits = {"cpu_seconds": 20}
# c.GradeInSandbox.isolation = "namespace"

# Results of earlier gradings are remembered in .remembered.sqlite here; with "" nothing is:
# c.GradeInSandbox.memory = ""

# --- zip_collect: archives as Canvas, Moodle and Blackboard export them ---

c.ZipCollectApp.extractor_plugin = "autograder.nbgrader_plugin.unpack.CarefulExtractor"
c.ZipCollectApp.collector_plugin = "autograder.nbgrader_plugin.collect.LmsCollector"

# Where the clock stands that Blackboard writes into the names of files:
# c.LmsCollector.timezone = "Europe/Berlin"

# --- the exchange, through which students may hand in anything ---

c.ExchangeFactory.collect = "autograder.nbgrader_plugin.exchange.Collect"
c.ExchangeFactory.release_feedback = "autograder.nbgrader_plugin.exchange.ReleaseFeedback"

# --- generate_feedback: the kit's page, which asks the gradebook itself ---

c.GenerateFeedback.exporter_class = "autograder.nbgrader_plugin.feedback.exporter.FeedbackPage"
c.GenerateFeedback.preprocessors = []

# --- surroundings ---

# nbgrader calls `alembic` by its bare name when it makes a gradebook.
_scripts = sysconfig.get_path("scripts")
if _scripts not in os.environ.get("PATH", "").split(os.pathsep):
    os.environ["PATH"] = os.pathsep.join([_scripts, os.environ.get("PATH", os.defpath)])

# What nbgrader's own code makes its libraries say, and nobody who runs it can do anything about.
warnings.filterwarnings("ignore", message=r"Object of type <Submitted\w+> not in session")
warnings.filterwarnings("ignore", message="Cell is missing an id field")
