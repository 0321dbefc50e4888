extension ReportPage {
  /// The style of all pages. Text contrasts with the background by at least 4.5, in light and dark mode; nothing is wider
  /// than a phone, and nothing needs horizontal scrolling.
  package static let style: HTML = """

    :root { color-scheme: light dark; --ink: #1d1f21; --paper: #fff; --faint: #8886; --mark: #c00;
      --line-0: #0b62a4; --line-1: #c2410c; --line-2: #2b8a3e; --line-3: #7048a8; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e4e4e4; --paper: #17191b; --mark: #ff6b6b;
      --line-0: #6cb6ff; --line-1: #ff9d5c; --line-2: #69db7c; --line-3: #c9a6ff; } }
    * { box-sizing: border-box; }
    body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0; }
    main { max-width: 72rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
    h2 { margin-top: 2.5rem; }
    p, ul, dl { max-width: 48rem; }
    a { color: var(--line-0); }
    dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0 1.5rem; }
    dt { font-weight: 600; }
    dd { margin: 0; }
    code { font-size: .875em; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .875rem; }
    .wide-table { width: 100%; }
    .compare { table-layout: fixed; width: 100%; max-width: 44rem; }
    .compare td, .compare th { overflow-wrap: anywhere; }
    th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid var(--faint); vertical-align: baseline;
      overflow-wrap: normal; }
    th { vertical-align: bottom; font-weight: 600; }
    td.words { min-width: 12rem; overflow-wrap: anywhere; }
    .words, .wide-table th:last-child { text-align: left; }
    figure { margin: 1rem 0; max-width: 44rem; }
    figcaption { font-size: .875rem; }
    svg { width: 100%; height: auto; font-size: 12px; display: block; }
    svg.narrow { display: none; }
    svg text { fill: var(--ink); }
    svg path { fill: none; stroke: var(--line); stroke-width: 2; }
    svg circle, svg .point { fill: var(--line); stroke: none; }
    svg .target { stroke: var(--ink); fill: none; }
    .grid { stroke: var(--faint); }
    .line-0 { --line: var(--line-0); } .line-1 { --line: var(--line-1); }
    .line-2 { --line: var(--line-2); } .line-3 { --line: var(--line-3); }
    .line-1 path { stroke-dasharray: 8 4; } .line-2 path { stroke-dasharray: 2 3; }
    .line-3 path { stroke-dasharray: 10 3 2 3; } svg .target { stroke-dasharray: none; }
    .key { display: inline-block; margin-right: 1rem; }
    .key svg { display: inline-block; width: 2.25rem; height: .875rem; margin-right: .4rem; vertical-align: middle; }
    .glyphs, .patches { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); gap: 1rem; }
    .glyphs figure, .patches figure { margin: 0; break-inside: avoid; }
    .glyphs path { stroke: var(--ink); stroke-width: .4; }
    .glyphs .shade-0 { stroke-opacity: .2; } .glyphs .shade-1 { stroke-opacity: .4; }
    .glyphs .shade-2 { stroke-opacity: .6; } .glyphs .shade-3 { stroke-opacity: .8; }
    .patches cite, .commands { display: block; font-style: normal; }
    .commands code { display: block; }
    .views { display: grid; grid-template-columns: 1fr 1fr; gap: .25rem; align-items: start; }
    .views img { width: 100%; image-rendering: pixelated; }
    .whole rect { fill: none; stroke: var(--mark); stroke-width: 2; vector-effect: non-scaling-stroke; }
    @media screen and (max-width: 60rem) {
      .wide-table, .wide-table tbody, .wide-table tr, .wide-table td { display: block; text-align: left; }
      .wide-table thead { display: none; }
      .wide-table tr { border-bottom: 2px solid var(--faint); padding: .5rem 0; }
      .wide-table td { border: none; padding: 0; }
      .wide-table td::before { content: attr(data-label) ": "; font-weight: 600; }
    }
    @media screen and (max-width: 36rem) {
      svg.wide { display: none; } svg.narrow { display: block; }
      dl { grid-template-columns: minmax(0, 1fr); }
      dt { margin-top: .5rem; }
    }
    @media print {
      :root { --ink: #000; --paper: #fff; --mark: #c00; --line-0: #0b62a4; --line-1: #c2410c; --line-2: #2b8a3e;
        --line-3: #7048a8; }
      main { padding: 0; }
      table { font-size: 7.5pt; }
      th, td { padding: .15rem .25rem; }
      td.words { min-width: 7rem; }
      .patches, .glyphs { grid-template-columns: 1fr 1fr; }
      figure, tr { break-inside: avoid; }
      h2 { break-after: avoid; }
    }

    """
}
