internal import HTTPSemantics

/// What is wrong with one very request.
public enum ProblemDetail: Equatable, Sendable {
  // MARK: The address, and parameters in it or in a form

  /// A percent sign in the address that no two hexadecimal digits follow.
  case malformedEscape
  /// A parameter, header field or form field that may stand once stands twice.
  case repeated(name: String)
  /// An unknown parameter or form field.
  case unknownParameter(name: String, known: [String])
  /// A parameter whose value it cannot have.
  case parameterValue(name: String)
  /// `visibility` is neither `public` nor `unlisted`.
  case visibility
  /// `expires` is no time that a picture can be kept for.
  case expiry
  /// `metadata` is neither `keep` nor `strip`.
  case metadata
  /// `limit` is no number from 1 to `maximum`.
  case pageLength(maximum: Int)
  /// `after` is nothing that a page has named as the next.
  case cursor
  /// No picture was chosen.
  case noChoice

  // MARK: The body of an upload

  /// A raw body without a file name.
  case noName
  /// A form without a file.
  case noFile
  /// A body that is no form; `code` names the rule that it breaks.
  case malformedForm(code: String)
  /// A field of more than `limit` bytes that is no file.
  case longField(limit: Int)
  /// More than `limit` files in one form.
  case manyFiles(limit: Int)
  /// A body that is shorter or longer than announced.
  case bodyLength
  /// A body of which the rest never came.
  case bodyCut
  /// A body that is neither a form nor a JSON object with the members that the route has.
  case members
  /// A member of a body that is not there.
  case missingMember(name: String)
  /// A form of another site's.
  case otherSite

  // MARK: Tokens, and what they are for

  /// The upload token is missing or wrong.
  case uploadToken
  /// The delete token is missing or wrong.
  case deleteToken
  /// There is no such picture.
  case noPicture
  /// There is no such archive.
  case noArchive

  // MARK: The picture

  /// More than `limit` bytes.
  case tooLarge(limit: UInt64)
  /// Not the extension of an accepted format.
  case fileExtension
  /// Not the content of an accepted format.
  case content
  /// No bytes at all.
  case empty
  /// It ends before its end marker.
  case truncated
  /// It breaks a rule of its format, which `code` names.
  case corrupt(code: String)
  /// More than `limit` pixels.
  case pixels(width: Int, height: Int, limit: UInt64)

  /// In a language.
  func text(_ strings: LocalizedStrings) -> String {
    switch self {
    case .malformedEscape: strings["detail_malformed_escape"]
    case .repeated(let name): strings.text("detail_repeated", ["name": Self.shown(name)])
    case .unknownParameter(let name, let known) where known.isEmpty:
      strings.text("detail_no_parameter", ["name": Self.shown(name)])
    case .unknownParameter(let name, let known):
      strings.text("detail_unknown_parameter", ["name": Self.shown(name), "known": known.joined(separator: ", ")])
    case .parameterValue(let name): strings.text("detail_parameter_value", ["name": Self.shown(name)])
    case .visibility: strings["detail_visibility"]
    case .expiry: strings["detail_expires"]
    case .metadata: strings["detail_metadata"]
    case .pageLength(let maximum): strings.text("detail_limit", ["limit": String(maximum)])
    case .cursor: strings["detail_cursor"]
    case .noChoice: strings["detail_no_choice"]
    case .noName: strings["detail_no_name"]
    case .noFile: strings["detail_no_file"]
    case .malformedForm(let code): strings.text("detail_malformed_form", ["code": code])
    case .longField(let limit): strings.text("detail_long_field", ["limit": String(limit)])
    case .manyFiles(let limit): strings.text("detail_many_files", ["limit": String(limit)])
    case .bodyLength: strings["detail_body_length"]
    case .bodyCut: strings["detail_body_cut"]
    case .members: strings["detail_members"]
    case .missingMember(let name): strings.text("detail_missing_member", ["name": name])
    case .otherSite: strings["detail_other_site"]
    case .uploadToken: strings["detail_upload_token"]
    case .deleteToken: strings["detail_delete_token"]
    case .noPicture: strings["detail_no_picture"]
    case .noArchive: strings["archive_missing_advice"]
    case .tooLarge(let limit): strings.text("detail_too_large", ["limit": strings.size(limit)])
    case .fileExtension: strings["detail_extension"]
    case .content: strings["detail_content"]
    case .empty: strings["detail_empty"]
    case .truncated: strings["detail_truncated"]
    case .corrupt(let code): strings.text("detail_corrupt", ["code": code])
    case .pixels(let width, let height, let limit):
      strings.text(
        "detail_pixels", ["width": String(width), "height": String(height), "limit": String(limit)])
    }
  }
}

extension ProblemDetail {
  /// As much of a client's own text as a message shows.
  private static func shown(_ text: String) -> String {
    LineEscaping.escape(text, limit: 60)
  }
}

extension Problem {
  /// What it is called.
  func title(_ strings: LocalizedStrings) -> String {
    detail == .noArchive ? strings["archive_missing_title"] : strings["\(wordPrefix)_title"]
  }

  /// What is wrong, or what to do.
  public func text(_ strings: LocalizedStrings) -> String {
    detail?.text(strings) ?? strings["\(wordPrefix)_advice"]
  }

  private var wordPrefix: String {
    "problem_" + code.rawValue.split(separator: "-").joined(separator: "_")
  }
}
