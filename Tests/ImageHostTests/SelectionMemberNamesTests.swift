import Storage
import Testing

@testable import ImageHost

struct SelectionMemberNamesTests {
  private func names(_ metadata: PictureMetadata...) -> [String] {
    var memberNames = SelectionMemberNames()
    return metadata.map { memberNames.name(for: $0) }
  }

  @Test func equalNamesAreNumberedWhateverTheirCase() {
    #expect(
      names(.sample("cat.jpg"), .sample("CAT.jpg"), .sample("cat.jpg"), .sample("dog.jpg"))
        == ["cat.jpg", "CAT (2).jpg", "cat (3).jpg", "dog.jpg"])
  }

  @Test func numberDoesNotMeetANameThatIsThere() {
    #expect(
      names(.sample("cat.jpg"), .sample("cat (2).jpg"), .sample("cat.jpg")) == [
        "cat.jpg", "cat (2).jpg", "cat (3).jpg",
      ])
  }

  @Test(arguments: [
    ("photo.JPEG", "image/jpeg", "photo.JPEG"), ("really.jpg", "image/png", "really.jpg"),
    ("archive.tar", "image/jpeg", "archive.tar.jpg"), ("none", "image/jpeg", "none.jpg"),
    ("a/b\\c:d.jpg", "image/jpeg", "a_b_c_d.jpg"), ("..", "image/jpeg", "picture.jpg"),
    ("", "image/jpeg", "picture.jpg"),
    (".jpg", "image/jpeg", "picture.jpg"), ("a\u{202E}b\n.jpg", "image/jpeg", "a_b_.jpg"),
  ])
  func everySystemCanWriteTheName(original: String, type: String, expected: String) {
    let name: StoredName = type == "image/png" ? "01j.png" : "01j.jpg"
    let got = names(.sample(original, name: name, type: type))[0]
    #expect(got == (type == "image/png" ? "really.png" : expected))
  }

  @Test func longNamesKeepTheirExtension() {
    let got = names(.sample(String(repeating: "ы", count: 120) + ".jpg"))[0]
    #expect(got.utf8.count <= 200 && got.hasSuffix("ы.jpg"))
  }
}
