internal import Report

extension Pages {
  static let style: HTML = """
    \(ReportPage.style)
    nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; margin: 0 auto; padding: .75rem 1rem;
      max-width: 72rem; }
    nav a[aria-current] { font-weight: 700; text-decoration: none; color: var(--ink); }
    form { display: inline-block; margin: 0 .25rem .25rem 0; }
    button, input, select { font: inherit; color: inherit; background: var(--paper); border: 1px solid currentColor;
      border-radius: .25rem; padding: .2rem .6rem; max-width: 100%; }
    button { cursor: pointer; }
    .actions { display: block; }
    img.thumbnail { width: 6rem; height: 4rem; object-fit: contain; vertical-align: middle; margin-right: .5rem; }
    .told { border-left: .25rem solid var(--line-0); padding-left: .75rem; }
    .patches .commands form + form { display: block; }
    .patches figure { padding: .5rem; border: 2px solid transparent; border-radius: .25rem; }
    .patches figure.current { border-color: var(--line-0); }
    .drawing { max-width: 80rem; touch-action: none; }
    .drawing svg { cursor: crosshair; }
    .drawing rect.new { stroke-dasharray: 6 3; }

    """

  /// Makes the pages faster; everything works without it.
  static let script = """
    'use strict';

    // Review by keys: each decision is sent while the next window is shown, in order.
    const review = document.getElementById('review');
    if (review) {
      let sent = Promise.resolve();
      const from = review.dataset.from;
      const reload = () => location.assign('/review?from=' + from);
      const windows = () => [...review.querySelectorAll('figure')];
      const mark = () => {
        const first = windows()[0];
        if (!first) return sent.finally(reload);
        first.classList.add('current');
        first.scrollIntoView({block: 'nearest'});
      };
      const send = (form, button) => {
        const fields = new URLSearchParams(new FormData(form, button));
        const target = form.getAttribute('action');
        sent = sent.then(() => fetch(target, {method: 'POST', body: fields, headers: {Accept: 'application/json'}}))
          .then(async (answer) => {
            if (!answer.ok) return reload();
            const told = await answer.json();
            for (const id of told.gone) document.getElementById('window-' + id)?.remove();
            if (told.complaint) alert(told.complaint);
            mark();
          }, reload);
      };
      const decide = (button) => {
        const figure = button.closest('figure'), form = button.form;
        send(form, button);
        figure.remove();
        if (windows().length) mark();
      };
      review.addEventListener('click', (event) => {
        const button = event.target.closest('button[name=decision]');
        if (!button) return;
        event.preventDefault();
        decide(button);
      });
      const decisions = {n: 'negative', o: 'object', s: 'skip'};
      document.addEventListener('keydown', (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select')) return;
        if (event.key == 'u') {
          event.preventDefault();
          sent.then(() => document.querySelector('form[action="/review/undo"]').submit());
        }
        const decision = decisions[event.key], first = windows()[0];
        if (!decision || !first) return;
        event.preventDefault();
        decide(first.querySelector(`button[value=${decision}]`));
      });
      if (windows().length) mark();
    }

    // Numbers that change while the service works.
    const progress = document.getElementById('progress');
    if (progress) setInterval(async () => {
      if (document.hidden) return;
      const answer = await fetch('/progress');
      if (answer.ok) progress.innerHTML = await answer.text();
    }, 2000);

    // Drawing a box fills in its edges.
    const drawing = document.getElementById('drawing');
    if (drawing) {
      const {width, height} = drawing.viewBox.baseVal;
      const fields = document.getElementById('edges').querySelector('form').elements;
      let start = null, box = null;
      const place = (event) => {
        const frame = drawing.getBoundingClientRect();
        const within = (value, size) => Math.round(Math.min(Math.max(value, 0), 1) * size);
        return [within((event.clientX - frame.left) / frame.width, width),
          within((event.clientY - frame.top) / frame.height, height)];
      };
      drawing.addEventListener('pointerdown', (event) => {
        event.preventDefault();
        drawing.setPointerCapture(event.pointerId);
        start = place(event);
        box ??= drawing.appendChild(document.createElementNS('http://www.w3.org/2000/svg', 'rect'));
        box.classList.add('new');
      });
      drawing.addEventListener('pointermove', (event) => {
        if (!start) return;
        const end = place(event);
        const edges = {x0: Math.min(start[0], end[0]), y0: Math.min(start[1], end[1]),
          x1: Math.max(start[0], end[0]), y1: Math.max(start[1], end[1])};
        for (const [name, value] of Object.entries(edges)) fields[name].value = value;
        box.setAttribute('x', edges.x0);
        box.setAttribute('y', edges.y0);
        box.setAttribute('width', edges.x1 - edges.x0);
        box.setAttribute('height', edges.y1 - edges.y0);
      });
      drawing.addEventListener('pointerup', () => { start = null; });
    }
    """
}
