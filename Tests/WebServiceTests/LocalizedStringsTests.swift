import Journal
import Testing

@testable import WebService

struct LocalizedStringsTests {
  static let details: [ProblemDetail] = [
    .malformedEscape, .visibility, .expiry, .metadata, .pageLength(maximum: 7), .cursor, .noChoice, .noName, .noFile,
    .malformedForm(code: "code-7"), .longField(limit: 7), .manyFiles(limit: 7), .bodyLength, .bodyCut,
    .members, .missingMember(name: "name-7"), .otherSite, .uploadToken,
    .deleteToken, .noPicture, .noArchive, .tooLarge(limit: 7), .fileExtension, .content, .empty, .truncated,
    .corrupt(code: "code-7"), .pixels(width: 7, height: 8, limit: 9),
  ]

  @Test(arguments: ActivityLanguage.allCases) func everyWordIsThere(language: ActivityLanguage) {
    let strings = LocalizedStrings(language)
    for word in StringKey.allCases { #expect(strings.names.contains(word.rawValue), "\(word)") }
  }

  @Test func languagesHaveTheSameStrings() {
    let english = LocalizedStrings(.english).names
    for language in ActivityLanguage.allCases { #expect(LocalizedStrings(language).names == english, "\(language)") }
  }

  @Test(arguments: ActivityLanguage.allCases) func everyProblemHasATitleAndAdvice(language: ActivityLanguage) {
    let strings = LocalizedStrings(language)
    for code in ProblemCode.allCases {
      let problem = Problem(code)
      #expect(!problem.title(strings).hasPrefix("problem_"), "\(code)")
      #expect(!problem.text(strings).hasPrefix("problem_"), "\(code)")
    }
  }

  @Test(arguments: ActivityLanguage.allCases) func everyDetailIsInWordsWithItsValues(language: ActivityLanguage) {
    let strings = LocalizedStrings(language)
    for detail in Self.details {
      let text = detail.text(strings)
      #expect(!text.hasPrefix("detail_") && !text.contains("{"), "\(text)")
      if "\(detail)".contains("7") { #expect(text.contains("7"), "\(text)") }
    }
  }

  @Test func titleOfAMissingArchiveIsItsOwn() {
    #expect(Problem(.notFound, .noArchive).title(LocalizedStrings(.spanish)) == "No existe ese archivo")
    #expect(Problem(.notFound, .noPicture).title(LocalizedStrings(.spanish)) == "Aquí no hay nada")
  }

  @Test(arguments: [
    (0, "0 B"), (1_023, "1023 B"), (1_024, "1 kB"), (1_025, "1.1 kB"), (10_240, "10 kB"), (10_241, "11 kB"),
    (1_048_575, "1024 kB"), (1_048_576, "1 MB"), (5_242_880, "5 MB"), (5_242_881, "5.1 MB"), (52_428_801, "51 MB"),
    (9_961_473, "9.6 MB"), (10_485_759, "10 MB"),
  ])
  func sizesAreRoundedUpwards(bytes: UInt64, text: String) {
    #expect(LocalizedStrings(.english).size(bytes) == text)
  }

  @Test func sizesFollowTheLanguage() {
    #expect(LocalizedStrings(.russian).size(1_572_864) == "1,5 МБ")
  }

  @Test func wordFilesAreReadAsTheWebServerReadsThem() {
    let file = """
      <!--# set var="a" value="A “b” <c>"
      --><!--# if expr="$x = y"
      --><!--# set var="limit" value="up to $limit"
      --><!--# endif
      --><!--# set var="z" value=""
      -->
      """
    #expect(StringsFile.parse(Array(file.utf8)) == ["a": "A “b” <c>", "z": ""])
    #expect(StringsFile.parse(Array("<!--# set var=\"a".utf8)).isEmpty)
  }
}
