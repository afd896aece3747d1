import Testing

@testable import Snapshot

@Suite struct JSONTests {
  private func value(_ text: String) throws -> JSONValue { try JSONParser.value(of: Array(text.utf8)) }

  /// The examples of RFC 8259, section 13.
  @Test func examplesOfTheStandard() throws {
    let image = try value(
      """
      { "Image": { "Width": 800, "Height": 600, "Title": "View from 15th Floor",
          "Thumbnail": { "Url": "http://www.example.com/image/481989943", "Height": 125, "Width": 100 },
          "Animated" : false, "IDs": [116, 943, 234, 38793] } }
      """)
    #expect(image.object?["Image"]?.object?["IDs"] == [116, 943, 234, 38793])
    #expect(image.object?["Image"]?.object?["Animated"] == false)
    #expect(try value("\"Hello world!\"") == "Hello world!")
    #expect(try value("42") == 42)
    #expect(try value("true") == true)
    #expect(try value("\"\\uD834\\uDD1E\"") == "\u{1d11e}")  // section 7
  }

  @Test func numbers() throws {
    #expect(try value("-0.5e+3") == -500.0)
    #expect(try value("18446744073709551615") == .unsigned(.max))
    #expect(try value("9223372036854775807") == .integer(.max))
    #expect(try value("36893488147419103232") == .double(36893488147419103232))
    #expect(try value("[-Infinity, Infinity]") == [.double(-.infinity), .double(.infinity)])
    #expect(try value("NaN").number?.isNaN == true)
  }

  @Test(arguments: [
    "", " ", "{", "[", "[1", "[1,", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "01", "-", "1.",
    ".5",
    "1e", "+1", "tru", "nul", "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u+123\"", "\"\\ud834\"",
    "\"\\udd1e\"",
    "\"\n\"", "1 2", "[1 2]", "{\"a\":1 \"b\":2}", "{\"a\":1,\"a\":2}", "\u{feff}1", "'a'", "[1}",
  ])
  func malformed(text: String) {
    #expect(throws: JSONParser.Malformed.self) { try value(text) }
  }

  @Test func bytesThatAreNoText() {
    for byte: UInt8 in [0x80, 0xc0, 0xff] {
      #expect(throws: JSONParser.Malformed.self) { try JSONParser.value(of: [0x22, byte, 0x22]) }
      #expect(throws: JSONParser.Malformed.self) { try JSONParser.value(of: [byte]) }
    }
  }

  @Test func depth() throws {
    #expect(
      try value(String(repeating: "[", count: 60) + String(repeating: "]", count: 60)).array?.count == 1)
    #expect(throws: JSONParser.Malformed.self) { try value(String(repeating: "[", count: 100_000)) }
    #expect(throws: JSONParser.Malformed.self) { try value(String(repeating: "{\"a\":", count: 100_000)) }
  }

  @Test func writtenAndReadBack() throws {
    let whole: JSONValue = [
      "text": "a\"\\\n\t\u{1}ü𝄞", "numbers": [0, -1, 1.5, 1e300, .unsigned(.max)], "empty": [:], "none": [],
      "nested": [["a": true], .null],
    ]
    #expect(try value(whole.text) == whole)
    #expect(JSONValue.double(.infinity).text == "\"Infinity\"")
    #expect(JSONValue.double(.nan).text == "\"NaN\"")
  }
}
