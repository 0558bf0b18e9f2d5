import HTTPSemantics
import Testing

@Suite struct FileNameTests {
  @Test(arguments: [
    ("cat.JPG", "cat.JPG", "jpg"), ("a/b/c.tar.Gz", "c.tar.Gz", "gz"), ("C:\\x\\y.png", "y.png", "png"),
    (" cat.jpg\t", "cat.jpg", "jpg"), ("noext", "noext", ""), (".jpg", ".jpg", "jpg"), ("a.", "a.", ""), ("a/", "", ""),
    ("", "", ""), ("кот.ЖПГ", "кот.ЖПГ", "ЖПГ"), ("a.b/c", "c", ""),
  ])
  func lastComponentAndExtension(original: String, text: String, pathExtension: String) {
    let name = FileName(clientSupplied: original)
    #expect(name.text == text)
    #expect(name.pathExtension == pathExtension)
  }

  @Test func longNameIsCutButKeepsItsExtension() {
    let name = FileName(clientSupplied: String(repeating: "🐈", count: 70) + ".jpg")
    #expect(name.text == String(repeating: "🐈", count: 63))
    #expect(name.pathExtension == "jpg")
    #expect(FileName(clientSupplied: String(repeating: "a", count: 255)).text.utf8.count == 255)
  }
}
