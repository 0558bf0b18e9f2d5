import HTTPSemantics
import Testing

@Suite struct PreconditionsTests {
  private static let date = "Fri, 24 Jan 2025 14:00:00 GMT"
  private static let earlier = "Fri, 24 Jan 2025 13:59:59 GMT"
  private static let later = "Fri, 24 Jan 2025 14:00:01 GMT"
  private static let current = Validators(etag: EntityTag("a"), lastModified: 1_737_727_200)

  private static let table: [(headers: HeaderFields, get: Preconditions.Outcome, put: Preconditions.Outcome)] = [
    ([:], .proceed, .proceed),
    (["If-Match": "\"a\""], .proceed, .proceed),
    (["If-Match": "\"b\", \"a\""], .proceed, .proceed),
    (["If-Match": "\"b\"", "if-match": "\"a\""], .proceed, .proceed),
    (["If-Match": "*"], .proceed, .proceed),
    (["If-Match": "\"b\""], .preconditionFailed, .preconditionFailed),
    (["If-Match": "W/\"a\""], .preconditionFailed, .preconditionFailed),
    (["If-Match": ""], .preconditionFailed, .preconditionFailed),
    (["If-None-Match": "\"a\""], .notModified, .preconditionFailed),
    (["If-None-Match": "W/\"a\""], .notModified, .preconditionFailed),
    (["If-None-Match": "*"], .notModified, .preconditionFailed),
    (["If-None-Match": "\"b\""], .proceed, .proceed),
    (["If-None-Match": "junk\""], .proceed, .proceed),
    (["If-Modified-Since": date], .notModified, .proceed),
    (["If-Modified-Since": later], .notModified, .proceed),
    (["If-Modified-Since": earlier], .proceed, .proceed),
    (["If-Modified-Since": "yesterday"], .proceed, .proceed),
    (["If-Modified-Since": date, "if-modified-since": date], .proceed, .proceed),
    (["If-Unmodified-Since": date], .proceed, .proceed),
    (["If-Unmodified-Since": later], .proceed, .proceed),
    (["If-Unmodified-Since": earlier], .preconditionFailed, .preconditionFailed),
    (["If-Unmodified-Since": "0"], .proceed, .proceed),
    // Entity tags take precedence over dates.
    (["If-Match": "\"a\"", "If-Unmodified-Since": earlier], .proceed, .proceed),
    (["If-None-Match": "\"b\"", "If-Modified-Since": date], .proceed, .proceed),
    (["If-None-Match": "\"a\"", "If-Modified-Since": earlier], .notModified, .preconditionFailed),
    // The first group is evaluated before the second.
    (["If-Match": "\"b\"", "If-None-Match": "\"a\""], .preconditionFailed, .preconditionFailed),
    (["If-Match": "\"a\"", "If-None-Match": "\"a\""], .notModified, .preconditionFailed),
    (["If-Unmodified-Since": date, "If-Modified-Since": date], .notModified, .proceed),
  ]

  @Test(arguments: table.indices)
  func precedenceIsThatOfTheSpecification(index: Int) {
    let (headers, get, put) = Self.table[index]
    #expect(Preconditions.evaluate(headers, method: .get, current: Self.current) == get, "\(headers)")
    #expect(Preconditions.evaluate(headers, method: .head, current: Self.current) == get, "\(headers)")
    #expect(Preconditions.evaluate(headers, method: .put, current: Self.current) == put, "\(headers)")
  }

  @Test func nothingMatchesWhatIsNotThere() {
    func put(_ headers: HeaderFields) -> Preconditions.Outcome {
      Preconditions.evaluate(headers, method: .put, current: nil)
    }
    #expect(put(["If-None-Match": "*"]) == .proceed)
    #expect(put(["If-Match": "*"]) == .preconditionFailed)
    #expect(put(["If-Match": "\"a\""]) == .preconditionFailed)
    #expect(put(["If-Unmodified-Since": Self.earlier]) == .proceed)
  }

  @Test func representationWithoutValidatorsMatchesOnlyTheStar() {
    func get(_ headers: HeaderFields) -> Preconditions.Outcome {
      Preconditions.evaluate(headers, method: .get, current: Validators())
    }
    #expect(get(["If-None-Match": "*"]) == .notModified)
    #expect(get(["If-None-Match": "\"\""]) == .proceed)
    #expect(get(["If-Match": "\"\""]) == .preconditionFailed)
    #expect(get(["If-Modified-Since": Self.date]) == .proceed)
  }
}
