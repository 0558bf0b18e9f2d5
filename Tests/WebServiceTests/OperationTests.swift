import HTTPSemantics
import Testing

@testable import WebService

struct OperationTests {
  private static let limit = Parameter.number("limit", 1...10, "A number.", refusal: .pageLength(maximum: 10))
  private static let choice = Parameter.text("picture", "A picture.", missing: .noChoice, isRepeatable: true)
  private static let token = Credential("token", .query("token"), "A token.")

  private func operation(_ strictness: Operation.Strictness, choice: Bool = false) -> Operation {
    Operation(
      "example", "An example", parameters: [Self.limit.declaration] + (choice ? [Self.choice.declaration] : []),
      answers: [.empty(.noContent, "Done.")], refusing: [.notFound], credentials: [[Self.token]], strictness)
  }

  private func fault(_ query: String, _ operation: Operation) throws -> ProblemDetail? {
    let parameters = try QueryParameters(parsing: query.utf8)
    do throws(Problem) {
      try operation.check(parameters)
      return nil
    } catch {
      #expect(error.code == .malformedRequest)
      return error.detail
    }
  }

  @Test func whatIsDeclaredPasses() throws {
    for query in ["", "limit=1", "limit=10", "token=x", "limit=3&token="] {
      #expect(try fault(query, operation(.strict)) == nil, "\(query)")
    }
  }

  @Test(arguments: [
    "limit=0", "limit=11", "limit=", "limit", "limit=+1", "limit=01", "limit=1.0", "limit=%FF", "limit=x",
  ])
  func valueThatAParameterCannotHaveIsRefused(query: String) throws {
    #expect(try fault(query, operation(.strict)) != nil)
  }

  @Test func unknownOneIsNamedBesideThoseThatAreKnown() throws {
    #expect(
      try fault("limit=1&limits=2", operation(.strict)) == .unknownParameter(name: "limits", known: ["limit", "token"]))
    #expect(try fault("=", operation(.strict)) != nil)
  }

  @Test func pagesTakeWhatOtherSitesAddAndFieldsThatWereLeftEmpty() throws {
    #expect(try fault("fbclid=1&limit=", operation(.lenient)) == nil)
    #expect(try fault("limit=11", operation(.lenient)) == .pageLength(maximum: 10))
  }

  @Test func oneThatMayStandOnceStandsOnce() throws {
    for strictness in [Operation.Strictness.strict, .lenient] {
      #expect(try fault("limit=1&limit=1", operation(strictness)) == .repeated(name: "limit"))
      #expect(try fault("token=1&token=1", operation(strictness)) == .repeated(name: "token"))
      #expect(try fault("picture=1&picture=1", operation(strictness, choice: true)) == nil)
    }
  }

  @Test func oneThatMustBeThereIsMissed() throws {
    #expect(try fault("limit=1", operation(.strict, choice: true)) == .noChoice)
  }

  @Test func declaredStatuses() {
    let operation = operation(.strict)
    for status in [HTTPStatus.noContent, .notFound, .badRequest, .tooManyRequests, .serviceUnavailable] {
      #expect(operation.declares(status))
    }
    #expect(!operation.declares(.ok) && !operation.declares(.conflict))
  }

  @Test(arguments: [1, 2, 9, 10, 11, 87, 100, 999, 5_270_400, 316_224_000])
  func patternOfNumbersUpToABound(bound: Int64) throws {
    let pattern = try Regex(DecimalPattern.upTo(bound))
    for number in [1, 2, 9, 10, bound / 2, bound - 1, bound] where number >= 1 && number <= bound {
      #expect(try pattern.wholeMatch(in: String(number)) != nil, "\(number)")
    }
    for text in ["0", "01", "", "-1", String(bound + 1), String(bound * 10), String(bound + 10)] {
      #expect(try pattern.wholeMatch(in: text) == nil, "\(text)")
    }
  }
}
