extension ReportPage {
  static let style: HTML = """

    :root { color-scheme: light dark; --ink: #1d1f21; --paper: #fff; --faint: #8884;
      --line-0: #0b62a4; --line-1: #d9480f; --line-2: #2b8a3e; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e4e4e4; --paper: #17191b;
      --line-0: #6cb6ff; --line-1: #ff9d5c; --line-2: #69db7c; } }
    body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
      max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
    h2 { margin-top: 2.5rem; }
    dl { display: grid; grid-template-columns: max-content auto; gap: 0 1.5rem; }
    dd { margin: 0; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .875rem;
      display: block; overflow-x: auto; }
    th, td { text-align: right; padding: .25rem .75rem; border-bottom: 1px solid var(--faint); }
    td { white-space: nowrap; }
    th { vertical-align: bottom; font-weight: 600; }
    td.words { min-width: 14rem; }
    td.words, th:last-child { text-align: left; white-space: normal; }
    figure { margin: 1rem 0; }
    figcaption { font-size: .875rem; }
    svg { width: 100%; height: auto; font-size: 12px; }
    svg text { fill: var(--ink); }
    svg path { fill: none; stroke-width: 2; }
    .grid { stroke: var(--faint); }
    .line-0 { --line: var(--line-0); } .line-1 { --line: var(--line-1); } .line-2 { --line: var(--line-2); }
    svg path { stroke: var(--line); }
    svg circle { fill: var(--line); }
    .key { margin-left: 1rem; white-space: nowrap; }
    .key::before { content: ""; display: inline-block; width: 1.25rem; height: .2rem; margin-right: .4rem;
      vertical-align: middle; background: var(--line); }
    .patches { display: grid; grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); gap: 1rem; }
    .patches figure { margin: 0; overflow-wrap: anywhere; }
    .patches cite { display: block; font-style: normal; }
    .patches img { width: 100%; image-rendering: pixelated; }

    """
}
