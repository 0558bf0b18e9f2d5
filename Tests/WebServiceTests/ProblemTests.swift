import HTTPSemantics
import Journal
import Testing

@testable import WebService

struct ProblemTests {
  private func json(_ problem: Problem) throws -> JSONValue {
    try JSONParser.parse(problem.response(prefersHTML: false, language: .russian).body)
  }

  @Test(arguments: ProblemCode.allCases)
  func everyCodeHasADocumentAndAPageInEveryLanguage(code: ProblemCode) throws {
    let problem = Problem(code)
    let response = problem.response(prefersHTML: false, language: .english)
    #expect(response.status == code.status && response.fields["content-type"] == "application/problem+json")
    #expect(response.fields["cache-control"] == "no-store" && response.fields["vary"]?.contains("Accept") == true)
    let document = try JSONParser.parse(response.body)
    #expect(document["code"]?.stringValue == code.rawValue)
    #expect(document["status"]?.intValue == Int64(code.status.code))
    #expect(document["type"]?.stringValue == "about:blank")
    for name in ["title", "detail"] { #expect(document[name]?.stringValue?.isEmpty == false) }
    var pages: Set<[UInt8]> = []
    for language in ActivityLanguage.allCases {
      let page = problem.response(prefersHTML: true, language: language)
      #expect(page.status == code.status && page.fields["content-type"] == "text/html; charset=utf-8")
      #expect(page.fields["content-language"] == language.rawValue && page.fields["cache-control"] == "no-store")
      pages.insert(page.body)
    }
    #expect(pages.count == ActivityLanguage.allCases.count)
  }

  @Test func everyCodeOfAPictureHasItsLineInTheLogButOne() {
    // A fault of the program is nothing that a user did: only the operator's log tells of it. That nothing can be changed is the operator's doing. Refused archives have lines of
    // their own.
    let others: Set<ProblemCode> = [.internalError, .readOnly, .cannotBePacked, .beingFilled, .archiveChanged]
    let codes = Set(ProblemCode.allCases).subtracting(others).map(\.rawValue)
    #expect(Set(codes) == Set(ActivityEvent.Refusal.allCases.map(\.rawValue)))
  }

  @Test func detailIsThatOfTheRequest() throws {
    let problem = Problem(.malformedRequest, .pageLength(maximum: 77))
    #expect(try json(problem)["detail"]?.stringValue?.contains("77") == true)
    let page = problem.response(prefersHTML: true, language: .english)
    #expect(String(decoding: page.body, as: UTF8.self).contains("77"))
  }

  @Test func whatTheOperatorShouldKnowIsNotTold() {
    for prefersHTML in [true, false] {
      let response = Problem(.internalError, context: "/secret/path").response(
        prefersHTML: prefersHTML, language: .english)
      #expect(!String(decoding: response.body, as: UTF8.self).contains("secret"))
    }
  }

  @Test func fieldsThatGoWithAStatus() {
    var problem = Problem(.methodNotAllowed)
    problem.allowedMethods = [.get, .head]
    #expect(problem.response(prefersHTML: false, language: .english).fields["allow"] == "GET, HEAD")
    #expect(Problem(.overloaded).response(prefersHTML: true, language: .english).fields["retry-after"] == "2")
    #expect(
      Problem(.tokenRequired).response(prefersHTML: true, language: .english).fields["www-authenticate"] == "Bearer")
    #expect(Problem(.notFound).response(prefersHTML: true, language: .english).fields["retry-after"] == nil)
  }
}
