import Journal
import Posix
import Testing

@Suite struct ActivityLineTests {
  private static let time = {
    var time = LocalTime(secondsSince1970: 0)
    (time.year, time.month, time.day, time.hour, time.minute, time.second) = (2025, 1, 24, 14, 0, 0)
    return time
  }()

  private static func line(_ event: ActivityEvent, _ language: ActivityLanguage) -> String {
    event.line(in: language, at: time)
  }

  @Test(arguments: [
    (ActivityLanguage.russian, "[2025-01-24 14:00:00] Успех: изображение img1.jpg загружено."),
    (.english, "[2025-01-24 14:00:00] Success: image img1.jpg uploaded."),
    (.spanish, "[2025-01-24 14:00:00] Éxito: imagen img1.jpg subida."),
  ])
  func anUploadReadsAsPromised(language: ActivityLanguage, line: String) {
    #expect(Self.line(.pictureUploaded(name: "img1.jpg"), language) == line)
  }

  @Test(arguments: [
    (ActivityLanguage.russian, "[2025-01-24 14:01:00] Ошибка: неподдерживаемый формат файла (user_file.txt)."),
    (.english, "[2025-01-24 14:01:00] Error: unsupported file format (user_file.txt)."),
    (.spanish, "[2025-01-24 14:01:00] Error: formato de archivo no admitido (user_file.txt)."),
  ])
  func aRefusalReadsAsPromised(language: ActivityLanguage, line: String) {
    var time = Self.time
    time.minute = 1
    let event = ActivityEvent.pictureRefused(.unsupportedFormat, name: "user_file.txt")
    #expect(event.line(in: language, at: time) == line)
  }

  /// One of each event, with texts that can be found again.
  static let events: [(ActivityEvent, texts: [String])] =
    ActivityEvent.Refusal.allCases.map { (.pictureRefused($0, name: "N1"), ["N1"]) } + [
      (.pictureRefused(.malformedRequest, name: nil), []),
      (.pictureUploaded(name: "N1"), ["N1"]), (.pictureDeleted(name: "N1"), ["N1"]),
      (.pictureExpired(name: "N1"), ["N1"]), (.pictureReported(name: "N1"), ["N1"]),
      (.reportsDismissed(count: 7), ["7"]),
      (.archiveSent(name: "N1", bytes: 77), ["N1", "77"]),
      (.archivePartSent(name: "N1", first: 55, last: 66, total: 77), ["N1", "55", "66", "77"]),
      (.archiveCutOff(name: "N1", .clientLeft, sent: 66, total: 77), ["N1", "66", "77"]),
      (.archiveCutOff(name: "N1", .clientTooSlow, sent: 66, total: 77), ["N1", "66", "77"]),
      (.archiveCutOff(name: "N1", .memberChanged("N2"), sent: 66, total: 77), ["N1", "N2", "66", "77"]),
      (.archiveCutOff(name: "N1", .memberUnreadable("N2"), sent: 66, total: 77), ["N1", "N2", "66", "77"]),
      (.archiveCutOff(name: "N1", .serverStopped, sent: 66, total: 77), ["N1", "66", "77"]),
      (.archiveNotFound(name: "N1"), ["N1"]),
      (.objectPut(bucket: "N1", key: "N2/N3"), ["N1/N2/N3"]),
      (.objectDeleted(bucket: "N1", key: "N2/N3"), ["N1/N2/N3"]),
      (.objectRefused(bucket: "N1", key: "N2/N3", code: "AccessDenied"), ["N1/N2/N3", "AccessDenied"]),
      (.bucketCreated(name: "N1"), ["N1"]), (.bucketDeleted(name: "N1"), ["N1"]),
      (.policySet(bucket: "N1"), ["N1"]), (.policyRemoved(bucket: "N1"), ["N1"]),
      (.keyAdded(name: "N1"), ["N1"]), (.keyRemoved(name: "N1"), ["N1"]),
      (.keyDisabled(name: "N1"), ["N1"]), (.keyEnabled(name: "N1"), ["N1"]), (.keyPolicySet(name: "N1"), ["N1"]),
      (.linkPresigned(method: "N5", bucket: "N1", key: "N2/N3", name: "N4"), ["N5", "N1/N2/N3", "N4"]),
      (.bucketSettingChanged(bucket: "N1", setting: "N2"), ["N1", "N2"]),
      (.objectTagsSet(bucket: "N1", key: "N2/N3"), ["N1/N2/N3"]),
      (.pictureBlocked(name: "N1", copies: 77), ["N1", "77"]), (.pictureUnblocked(digest: "N1"), ["N1"]),
      (.consoleSignedOut(name: "N1"), ["N1"]),
      (.consoleRequestRefused(name: "N1", reason: "N2"), ["N1", "N2"]),
      (.consoleSignedIn(name: "N1"), ["N1"]), (.consoleSignInRefused(name: "N1"), ["N1"]),
    ]

  @Test func everyEventHasItsOwnSentenceInEveryLanguage() {
    var sentences: Set<String> = []
    for (event, texts) in Self.events {
      for language in ActivityLanguage.allCases {
        let sentence = String(Self.line(event, language).dropFirst("[2025-01-24 14:00:00] ".count))
        sentences.insert("\(language): \(sentence)")
        #expect(["Success: ", "Error: ", "Успех: ", "Ошибка: ", "Éxito: "].contains { sentence.hasPrefix($0) })
        #expect(sentence.hasSuffix("."))
        for text in texts { #expect(sentence.contains(text)) }
      }
    }
    #expect(sentences.count == Self.events.count * ActivityLanguage.allCases.count)
  }

  @Test func theRussianWordingIsRussian() {
    for (event, _) in Self.events {
      let words = Self.line(event, .russian).drop { $0 != "]" }
      let latin = words.unicodeScalars.filter { ("A"..."Z").contains($0) || ("a"..."z").contains($0) }
      let allowed = Set("NAccessDenied, SHA".unicodeScalars)
      #expect(latin.allSatisfy { allowed.contains($0) }, "\(words)")
    }
  }

  @Test func aNameCannotForgeALine() {
    let line = Self.line(
      .pictureUploaded(name: "a\n[2025-01-24 14:00:00] Success: \r\t\u{0}\u{1b}[31m\u{7f}\u{85}\u{2028}b.jpg"), .english
    )
    #expect(
      line.hasSuffix(
        #"image a\x0A[2025-01-24 14:00:00] Success: \x0D\x09\x00\x1B[31m\x7F\xC2\x85\xE2\x80\xA8b.jpg uploaded."#)
    )
    #expect(!line.unicodeScalars.contains { $0.value < 0x20 })
  }

  @Test func crlfInANameIsEscapedThoughItIsOneCharacter() {
    #expect(Self.line(.pictureDeleted(name: "a\r\nb"), .english).hasSuffix(#"image a\x0D\x0Ab deleted."#))
  }
}
