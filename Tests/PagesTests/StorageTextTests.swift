import Testing

@testable import Pages

@Suite struct StorageTextTests {
  @Test func `a server's rewriting is no change, and markup is one`() throws {
    let sent = try #require(
      StorageText("<p>é – <em>x</em></p><ac:structured-macro ac:name=\"toc\"/>"))
    #expect(
      StorageText(
        "<p>&eacute; &ndash;\n <em>x</em></p>"
          + "<ac:structured-macro ac:name=\"toc\" ac:macro-id=\"4\" ac:schema-version=\"1\"/>")
        == sent)
    #expect(
      StorageText("<p>é – <strong>x</strong></p><ac:structured-macro ac:name=\"toc\"/>") != sent)
    #expect(StorageText("<p>a<br></p>") == nil)
    #expect(StorageText("<p>&nosuchname;</p>") == nil)
  }

  @Test func `a row is a line, and of macros the title is read`() throws {
    let body = """
      <h2>Best</h2><table><tbody><tr><th><p>AUC</p></th><td><p>0.91 <ac:structured-macro \
      ac:name="status"><ac:parameter ac:name="title">verified</ac:parameter><ac:parameter \
      ac:name="colour">Green</ac:parameter></ac:structured-macro></p></td></tr></tbody></table>\
      <ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[a &eacute;
      b]]></ac:plain-text-body></ac:structured-macro>
      """
    #expect(
      try #require(StorageText(body)).lines
        == ["Best", "AUC | 0.91 verified", "a &eacute;", "b"])
  }
}
