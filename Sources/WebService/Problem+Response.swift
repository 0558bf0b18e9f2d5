public import HTTPSemantics
public import Journal

extension Problem {
  /// The answer that tells the client, in its language: a page where it prefers HTML, else `application/problem+json`.
  public func response(prefersHTML: Bool, language: ActivityLanguage) -> WebResponse {
    let words = Words(language)
    var response =
      prefersHTML
      ? WebResponse(status: code.status, page: page(words))
      : WebResponse(status: code.status, json: json(words), type: "application/problem+json")
    if !allowedMethods.isEmpty { response.fields.set("Allow", HTTPMethod.allow(allowedMethods)) }
    if let retryAfter { response.fields.set("Retry-After", String(retryAfter)) }
    if code == .tokenRequired { response.fields.set("WWW-Authenticate", "Bearer") }
    response.fields.set("Cache-Control", "no-store")
    response.fields.set("Content-Language", language.rawValue)
    response.fields.set("Vary", Page.negotiatedFields)
    return response
  }

  /// The members of RFC 9457, section 3.1, and `code`.
  public func json(_ words: Words) -> JSONValue {
    [
      "type": "about:blank",
      "title": .string(title(words)),
      "status": .int(Int64(code.status.code)),
      "detail": .string(text(words)),
      "code": .string(code.rawValue),
    ]
  }

  private func page(_ words: Words) -> Page {
    var page = Page(title: title(words), words: words)
    page.append(
      """
      <div class="error"><p class="error-code">\(code.status.code)</p><h1>\(title(words))</h1>
      <p class="lede">\(text(words))</p>
      <p class="actions"><a class="button" href="/">\(words[.start])</a></p></div>
      """)
    return page
  }
}
