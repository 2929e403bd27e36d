"""The look of a page: two palettes, and the rules that use them by name."""

from __future__ import annotations

from idpctl.inventory import Status
from idpctl.plan import Action
from idpctl.render.html_filter import rules

# Every text has a contrast of 4.5:1 at least (WCAG 2.2, 1.4.3); a test computes it.
LIGHT = {
    "page": "#f6f7f8",
    "card": "#ffffff",
    "text": "#1b1f24",
    "soft": "#57606a",
    "line": "#d5dae0",
    "link": "#0b57b0",
    "bad": "#a3201a",
    "bad-bg": "#fdeceb",
    "good": "#17633a",
    "good-bg": "#e6f4eb",
    "warn": "#7a4a00",
    "warn-bg": "#fdf2dc",
    "calm": "#0b57b0",
    "calm-bg": "#e9f1fb",
    "old-mark": "#f9c9c5",
    "new-mark": "#b3e3c4",
}
DARK = {
    "page": "#121518",
    "card": "#1a1e23",
    "text": "#e4e7ea",
    "soft": "#a2abb5",
    "line": "#343b43",
    "link": "#8fbcf5",
    "bad": "#ff9c93",
    "bad-bg": "#38201f",
    "good": "#84d7a1",
    "good-bg": "#172e20",
    "warn": "#f0be6a",
    "warn-bg": "#332a14",
    "calm": "#8fbcf5",
    "calm-bg": "#182a40",
    "old-mark": "#6b2b27",
    "new-mark": "#1d5636",
}
CLASSES = (*(str(action) for action in Action), *(str(status).replace(" ", "-") for status in Status))

_BASE = """
*{box-sizing:border-box}
html{text-size-adjust:100%;-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:70rem;padding:2.5rem 1.5rem 4rem;background:var(--page);color:var(--text);
  font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
h1,h2,h3,p,ul,dl,dd{margin:0;padding:0}
h1{font-size:1.75rem;line-height:1.25;font-weight:650;letter-spacing:-.01em}
h2{margin-bottom:.75rem;font-size:1.125rem;font-weight:650}
h3{display:inline;font-size:1rem;font-weight:600}
small{font-size:.8125rem;font-weight:400;color:var(--soft)}
bdi,code{unicode-bidi:isolate}
code,.symbol{font:.875em/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
code{white-space:pre-wrap}
ul{list-style:none}
li+li{margin-top:.25rem}
section{margin-top:2.5rem}
strong{color:var(--bad);font-weight:600}
summary{cursor:pointer;border-radius:.25rem}
main:focus{outline:none}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.what{margin-bottom:.25rem;color:var(--soft);font-size:.9375rem}
.about,.why{color:var(--soft);font-size:.875rem}
.unseen,.fields thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.skip{position:absolute;top:-4rem;left:1rem;padding:.5rem 1rem;border-radius:.375rem;
  background:var(--card);color:var(--link)}
.skip:focus{top:1rem}
"""
# The signs that CSS adds are not read aloud: each stands beside words that say the same.
_BANNER = """
.banner{margin-top:1.5rem;padding:1rem 1.25rem;background:var(--card);
  border:1px solid var(--calm);border-left-width:.375rem;border-radius:.5rem}
.banner.good{border-color:var(--good)}
.banner.bad{border-color:var(--bad)}
.verdict{font-size:1.125rem;font-weight:650;color:var(--calm)}
.good .verdict{color:var(--good)}
.bad .verdict{color:var(--bad)}
.good .verdict::before{content:"\\2713\\a0\\a0";content:"\\2713\\a0\\a0"/""}
.bad .verdict::before{content:"\\26a0\\fe0e\\a0\\a0";content:"\\26a0\\fe0e\\a0\\a0"/""}
.partial{margin-top:1rem;padding:.75rem 1.25rem;border-radius:.5rem;
  background:var(--warn-bg);color:var(--warn)}
.partial strong{color:inherit}
section.danger>h2::before{content:"\\26a0\\fe0e\\a0";content:"\\26a0\\fe0e\\a0"/"";color:var(--bad)}
"""
_PARTS = """
.change{margin-top:.75rem;padding:1rem 1.25rem;background:var(--card);
  border:1px solid var(--line);border-left:.25rem solid var(--calm);border-radius:.5rem}
.many .change{content-visibility:auto;contain-intrinsic-block-size:auto 16rem}
.long .change{padding:.625rem 1.25rem;contain-intrinsic-block-size:auto 3rem}
.change.create{border-left-color:var(--good)}
.change.delete,.change.replace{border-left-color:var(--bad)}
.change.update{border-left-color:var(--warn)}
.symbol{display:inline-block;min-width:2.25em;margin-right:.375rem;padding:0 .375em;border-radius:.25rem;
  font-weight:700;text-align:center;background:var(--calm-bg);color:var(--calm)}
.create .symbol{background:var(--good-bg);color:var(--good)}
.delete .symbol,.replace .symbol{background:var(--bad-bg);color:var(--bad)}
.update .symbol{background:var(--warn-bg);color:var(--warn)}
em,td b,.checks b{display:inline-block;padding:0 .5em;border-radius:1em;font-size:.8125rem;font-style:normal;
  font-weight:600;background:var(--calm-bg);color:var(--calm)}
em{margin-left:.5rem;background:var(--warn-bg);color:var(--warn)}
em.danger,b.bad{background:var(--bad-bg);color:var(--bad)}
b.good{background:var(--good-bg);color:var(--good)}
b.warn{background:var(--warn-bg);color:var(--warn)}
td b{white-space:nowrap}
.checks b{margin-right:.25rem}
.checks li{padding:.875rem 0;border-top:1px solid var(--line)}
.checks li+li{margin-top:0}
.checks li:first-child{border-top:0}
.checks>ul{margin-top:.75rem}
dl{margin-top:.75rem;font-size:.9375rem}
dl div{display:grid;grid-template-columns:12.5rem minmax(0,1fr);gap:0 1rem;padding:.25rem 0}
dt{color:var(--soft)}
section>dl,.checks>ul{padding:.5rem 1.25rem;background:var(--card);
  border:1px solid var(--line);border-radius:.5rem}
.long>summary{padding:.5rem 0;color:var(--link)}
"""
_FIELDS = """
.fields,.fields tbody{display:block;font-size:.9375rem}
.fields{margin-top:.75rem}
.fields tr{display:grid;grid-template-columns:12.5rem minmax(0,1fr);gap:0 1rem;
  border-top:1px solid var(--line)}
.fields th,.fields td{padding:.5rem 0;text-align:start;font-weight:400}
.fields th{color:var(--soft)}
.fields th b{display:block;color:var(--text);font-weight:600}
.fields+.about{margin-top:.5rem}
.danger>.fields{padding:.25rem 1.25rem;background:var(--card);border:1px solid var(--bad);border-radius:.5rem}
.danger>.fields tr:first-child{border-top:0}
ins,del{display:grid;grid-template-columns:1.25rem minmax(0,1fr);padding:.0625rem .5rem;border-radius:.25rem;
  text-decoration:none}
ins{background:var(--good-bg)}
del{background:var(--bad-bg)}
del+ins{margin-top:1px}
ins::before{content:"+";content:"+"/"";font-weight:700;color:var(--good)}
del::before{content:"\\2212";content:"\\2212"/"";font-weight:700;color:var(--bad)}
mark{padding:.0625rem 0;border-radius:.125rem;color:inherit;font-weight:650;text-decoration:underline;
  text-decoration-thickness:.125em;text-underline-offset:.2em}
del mark{background:var(--old-mark)}
ins mark{background:var(--new-mark)}
mark:empty{margin:0 .0625rem;border-left:.125rem solid}
.why{margin-top:.25rem}
"""
_LISTS = """
.list{width:100%;table-layout:fixed;border-collapse:separate;border-spacing:0;background:var(--card);
  border:1px solid var(--line);border-radius:.5rem;font-size:.9375rem}
.list th,.list td{padding:.5rem .75rem;vertical-align:top;text-align:start;font-weight:400;
  border-top:1px solid var(--line)}
.list thead th{border-top:0;color:var(--soft);font-size:.8125rem}
.list tbody th{font-weight:600}
.danger>.list{border-color:var(--bad)}
.gates th:first-child{width:7rem}
.gates th:last-child{width:45%}
.operations th:first-child{width:7rem}
.operations th:last-child{width:40%}
.drift th:first-child{width:24%}
.drift th:nth-child(2){width:8rem}
.drift th:last-child{width:26%}
.inventory th:nth-child(1){width:7.75rem}
.inventory th:nth-child(2){width:12%}
.inventory th:nth-child(3){width:18%}
.inventory th:nth-child(4){width:9%}
.inventory th:nth-child(6){width:16%}
"""
_FILTER = """
.filter{display:none;min-width:0;margin:2.5rem 0 -1rem;padding:0;border:0}
@supports selector(:has(*)){.filter{display:block}}
.filter legend{margin-bottom:.375rem;padding:0;color:var(--soft);font-size:.875rem}
.filter span{position:relative;display:inline-block;margin:0 .375rem .375rem 0}
.filter input{position:absolute;inset:0;width:100%;height:100%;margin:0;opacity:0;cursor:pointer}
.filter label{display:block;padding:.25rem .875rem;border:1px solid var(--line);border-radius:1em;
  background:var(--card);font-size:.9375rem}
.filter :checked+label{border-color:var(--link);background:var(--calm-bg);color:var(--calm);font-weight:600}
.filter :checked+label small{color:inherit}
.filter :checked+label::before{content:"\\2713\\a0";content:"\\2713\\a0"/""}
.filter :focus-visible+label{outline:3px solid var(--link);outline-offset:2px}
.hiding{display:none;margin-top:1.25rem;color:var(--warn);font-size:.875rem}
.filter:has(:checked):not(:has(#show-all:checked))+.hiding{display:block}
"""
_MEDIA = """
@media (max-width:40rem){
body{padding:1.5rem 1rem 3rem}
h1{font-size:1.375rem}
.change,.banner{padding:.875rem 1rem}
.fields tr,dl div{grid-template-columns:minmax(0,1fr)}
.fields th{padding-bottom:0;font-size:.875rem}
.list,.list tbody,.list tr,.list th,.list td{display:block;width:auto!important}
.list thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.list tr{padding:.625rem 1rem;border-top:1px solid var(--line)}
.list tr:first-child{border-top:0}
.list tbody th,.list td{padding:.125rem 0;border:0}
.list td:empty{display:none}
.inventory td:not(:first-child)::before{display:inline-block;width:4rem;color:var(--soft);font-size:.8125rem}
.inventory td:nth-child(2)::before{content:"Key";content:"Key"/""}
.inventory td:nth-child(4)::before{content:"Type";content:"Type"/""}
.inventory td:nth-child(5)::before{content:"Issuer";content:"Issuer"/""}
.inventory td:nth-child(6)::before{content:"Detail";content:"Detail"/""}
}
@media print{
.filter,.skip,.hiding{display:none!important}
body{max-width:none;padding:0}
.change,.many .change{break-inside:avoid;content-visibility:visible}
details::details-content{content-visibility:visible;block-size:auto}
h2,h3{break-after:avoid}
}
"""


def stylesheet() -> str:
    """Return the CSS of every page, the same for all, so that one digest allows it."""
    light, dark = (_variables(palette) for palette in (LIGHT, DARK))
    scheme = f":root{{color-scheme:light dark;{light}}}\n"
    scheme += f"@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    # After the rules of what is filtered, which set no display themselves, and before those of media.
    parts = (_BASE, _BANNER, _PARTS, _FIELDS, _LISTS, _FILTER)
    return f"\n{scheme}{''.join(part.lstrip() for part in parts)}{_MEDIA.lstrip()}{rules(CLASSES)}"


def _variables(palette: dict[str, str]) -> str:
    return "".join(f"--{name}:{color};" for name, color in palette.items())
