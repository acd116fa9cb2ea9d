/// The style sheet of reports: one column of at most 900 pixels, tables that scroll on a phone,
/// black on white on paper.
enum HTMLStyle {
  static let sheet = """
    :root { --ink: #1b1f24; --soft: #57606a; --line: #d5dae0; --tint: #e8f1f8; --accent: #0072b2; }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body { margin: 0 auto; max-width: 900px; padding: 2.2rem 1.4rem 3rem; background: #fff;
      color: var(--ink); font: 17px/1.55 "Liberation Serif", "Times New Roman", Times, serif; }
    header { border-bottom: 2px solid var(--ink); padding-bottom: .9rem; margin-bottom: 1.4rem; }
    h1 { font-size: 2rem; line-height: 1.2; margin: 0; }
    .subtitle { color: var(--soft); font-size: 1.1rem; margin: .35rem 0 0; }
    h2 { font-size: 1.35rem; margin: 2.4rem 0 .6rem; padding-bottom: .2rem;
      border-bottom: 1px solid var(--line); }
    p { margin: .7rem 0; }
    a { color: var(--accent); }
    code, pre { font-family: "Liberation Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace;
      font-size: .82em; }
    pre { background: #f6f8fa; border: 1px solid var(--line); border-radius: 4px;
      padding: .8rem 1rem; overflow-x: auto; line-height: 1.45; }
    sub, sup { line-height: 0; font-size: .72em; }
    .facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 1px;
      margin: 1.4rem 0; padding: 1px; background: var(--line); }
    .fact { background: #fff; padding: .65rem .9rem; }
    .fact dt { color: var(--soft); font-size: .86rem; }
    .fact dd { margin: 0; font-size: 1.35rem; line-height: 1.3; font-variant-numeric: lining-nums; }
    .fact .remark { display: block; color: var(--soft); font-size: .82rem; line-height: 1.35; }
    .note { border-left: 4px solid #d55e00; background: #fdf3ea; padding: .55rem 1rem; }
    .scroll { overflow-x: auto; margin: 1.1rem 0 1.4rem; }
    table { border-collapse: collapse; min-width: 50%; font-size: .93rem;
      border-top: 1.5px solid var(--ink); border-bottom: 1.5px solid var(--ink); }
    caption { caption-side: top; text-align: left; padding: 0 0 .45rem; color: var(--soft); }
    th { border-bottom: 1px solid var(--ink); font-weight: bold; vertical-align: bottom; }
    th, td { padding: .28rem .8rem; white-space: nowrap; }
    tbody tr + tr td { border-top: 1px solid #eceff2; }
    .left { text-align: left; } .center { text-align: center; }
    .right { text-align: right; font-variant-numeric: tabular-nums lining-nums; }
    .highlight { background: var(--tint); }
    figure { margin: 1.5rem 0 1.9rem; }
    figure img { display: block; max-width: 100%; height: auto; margin: 0 auto; }
    figcaption { color: var(--soft); font-size: .93rem; margin: .55rem auto 0; max-width: 46rem; }
    figcaption b { color: var(--ink); }
    .files { white-space: nowrap; }
    footer { margin-top: 3rem; padding-top: .7rem; border-top: 1px solid var(--line);
      color: var(--soft); font-size: .85rem; }
    @media (max-width: 600px) {
      body { font-size: 16px; padding: 1.3rem .9rem 2rem; }
      h1 { font-size: 1.55rem; }
      .facts { grid-template-columns: repeat(2, 1fr); }
      th, td { padding: .28rem .55rem; }
    }
    @media print {
      @page { margin: 18mm 16mm; }
      body { max-width: none; padding: 0; font-size: 10.5pt; }
      h2 { break-after: avoid; }
      figure, table, .fact, pre { break-inside: avoid; }
      figure img { width: auto; max-height: 150mm; }
      .scroll { overflow: visible; }
      .files { display: none; }
      a { color: inherit; text-decoration: none; }
      * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
    }
    """
}
