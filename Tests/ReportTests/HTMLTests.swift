import Testing

@testable import Report

@Suite struct `Markup` {
  @Test func `shows text as it is`() {
    let name = "<b>\"R&D\".jpg\u{1}\u{7f}\u{ffff}🚗"
    let html: HTML = "<p title=\"\(name)\">\(12)</p>"
    #expect(
      html.description
        == "<p title=\"&lt;b&gt;&quot;R&amp;D&quot;.jpg\u{fffd}\u{7f}\u{fffd}🚗\">12</p>")
  }

  @Test func `takes HTML into itself`() {
    let items: [HTML] = ["a", "<&>"].map { "<li>\($0)</li>" }
    let list: HTML = "<ul>\(items)</ul>"
    #expect(list.description == "<ul><li>a</li><li>&lt;&amp;&gt;</li></ul>")
    #expect(("\(list)" as HTML).description == list.description)
  }

  @Test func `shows what stands between backquotes as code`() {
    #expect(
      HTML.sentence("run `a <b>` & `c`").description
        == "run <code>a &lt;b&gt;</code> &amp; <code>c</code>")
  }
}
