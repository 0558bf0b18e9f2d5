extension ActivityEvent {
  /// Whether it tells that something was refused, and nothing was done: of these there may be as many as anybody likes to cause.
  var isRefusal: Bool {
    switch self {
    case .pictureRefused, .archiveNotFound, .archiveUnpackable, .archiveBeingFilled, .objectRefused,
      .moreObjects(_, deleted: 0, refused: _), .consoleSignInRefused, .consoleRequestRefused:
      true
    default: false
    }
  }
}
