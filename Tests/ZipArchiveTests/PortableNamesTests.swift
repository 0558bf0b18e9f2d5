import Testing
import ZipArchive

/// Names that Windows, macOS and Linux can unpack, each to a file of its own.
@Suite struct PortableNamesTests {
  private func portable(_ names: [String]) -> [String] {
    MemberNames.portable.names(for: names.map { Array($0.utf8) }).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(arguments: [
    "a/b.txt", "é", "漢/🙂", "50%.jpg", "a b.jpg", ".hidden", "a..jpg", "console.jpg", "com.jpg", "com10.jpg", "lpt.txt",
    "a.con", "nulls", "-x", "~2", "[1] (2) {3} & + , ; = @ ! # $ ^ '.jpg", "👨‍👩‍👧.jpg", "a\u{A0}", "Conin.jpg",
  ])
  func whatEverySystemTakesStays(name: String) {
    #expect(portable([name]) == [name])
  }

  @Test(arguments: [
    ("12:30 sunset.jpg", "12_30 sunset.jpg"), ("what?.jpg", "what_.jpg"), ("a\\b", "a_b"), ("..\\up", ".._up"),
    ("C:x", "C_x"), ("C:/x", "C_/x"), ("<a>|\"*", "_a____"), ("new\nline\u{7F}\u{1}", "new_line__"),
    ("\u{85}\u{9F}x", "__x"), ("dot.", "dot_"), ("dots...", "dots___"), ("space ", "space_"), (". . ", "____"),
    ("folder./a ", "folder_/a_"), ("CON", "CON_"), ("con.jpg", "con_.jpg"), ("Nul.tar.gz", "Nul_.tar.gz"),
    ("AUX /a", "AUX_/a"), ("prn .jpg", "prn_ .jpg"), ("com1", "com1_"), ("LPT9.x", "LPT9_.x"),
    ("COM¹.jpg", "COM¹_.jpg"),
    ("conin$", "conin$_"), ("CONOUT$.a", "CONOUT$_.a"), ("con./a", "con_/a"), ("con.x./a", "con_.x_/a"),
  ])
  func whatSomeSystemDoesNotTakeIsReplaced(name: String, expected: String) {
    #expect(portable([name]) == [expected])
  }

  @Test(arguments: [
    (["a.jpg", "A.jpg"], ["a.jpg", "A~2.jpg"]), (["A.JPG", "a.jpg", "a.JPG"], ["A.JPG", "a~2.jpg", "a~3.JPG"]),
    (["e\u{301}.jpg", "é.jpg"], ["e\u{301}.jpg", "é~2.jpg"]), (["É", "e\u{301}"], ["É", "e\u{301}~2"]),
    (["straße", "STRASSE"], ["straße", "STRASSE~2"]), (["STRAẞE", "STRASSE"], ["STRAẞE", "STRASSE~2"]),
    (["STRAẞE", "straße"], ["STRAẞE", "straße~2"]), (["ς", "Σ", "σ"], ["ς", "Σ~2", "σ~3"]),
    (["A/x", "a/x"], ["A/x", "a~2/x"]), (["A/x", "a/y", "A/z"], ["A/x", "a~2/y", "A/z"]),
    (["A/x", "a"], ["A/x", "a~2"]), (["a", "a/b"], ["a", "a~2/b"]),
    (["what?", "what*"], ["what_", "what_~2"]), (["a.", "a_"], ["a_~2", "a_"]), (["CON", "con"], ["CON_", "con_~2"]),
    (["q:/a", "q_/a"], ["q_~2/a", "q_/a"]), (["a", "A", "A~2"], ["a", "A~3", "A~2"]),
  ])
  func twinsAreNumbered(names: [String], expected: [String]) {
    #expect(portable(names).map { Array($0.utf8) } == expected.map { Array($0.utf8) })
  }

  @Test func bytesThatAreNotUTF8AreWrittenInHexadecimal() {
    let names: [[UInt8]] = [[0x63, 0xE9, 0x3A, 0x2E, 0x6A], Array("C%e9_.J".utf8)]
    #expect(MemberNames.portable.names(for: names) == [Array("c%E9_~2.j".utf8), names[1]])
  }

  @Test(arguments: ["con.", "aux.x", "NUL.tar."])
  func longNamesOfDevicesAreNoLongerThanFileSystemsTake(start: String) {
    for length in 250...260 {
      let name = start + String(repeating: "x", count: length - start.utf8.count)
      let written = portable([name])[0]
      #expect(written.utf8.count <= 255 && !portable([written]).contains { $0 != written })
      #expect(written.hasPrefix(start.prefix(3) + "_."))
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func manyLongTwinsTakeNoLongerThanTheyAreMany() {
    let capitals = (100_000..<105_000).map { String(repeating: "A", count: 249) + String($0) }
    let names = portable(capitals + capitals.map { $0.lowercased() })
    #expect(Set(names).count == names.count && names.allSatisfy { $0.utf8.count <= 255 })
  }

  @Test func longNamesAreCutToWhatFileSystemsTake() {
    let long = String(repeating: "é", count: 125) + ".jpeg"
    let names = portable([long, long.uppercased(), String(repeating: "x", count: 300) + ".jpg"])
    #expect(names[0] == long)
    #expect(names[1] == String(repeating: "É", count: 124) + "~2.JPEG")
    #expect(names[2] == String(repeating: "x", count: 251) + ".jpg")
  }

  @Test func nameOfOneByteTooManyIsCut() {
    for (length, expected) in [(254, 254), (255, 255), (256, 255)] {
      #expect(portable([String(repeating: "x", count: length)]) == [String(repeating: "x", count: expected)])
    }
  }

  @Test func manyTwinsGetTheirNamesInLinearTime() {
    let names = (0..<4_000).map { "\($0 % 2 == 0 ? "a" : "b")\(String(repeating: "?", count: $0 % 40 + 1))" }
    #expect(Set(portable(Array(Set(names)))).count == Set(names).count)
    let same = (0..<3_000).map { number in
      String(String.UnicodeScalarView([0, 6, 12].map { Unicode.Scalar(UInt8(1 + (number >> $0) % 31)) }))
    }
    let distinct = Array(Set(same))
    #expect(Set(portable(distinct)).count == distinct.count)
  }
}
