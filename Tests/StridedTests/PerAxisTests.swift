import Strided
import Testing

@Suite struct PerAxisTests {
  @Test func holdsWhatItIsGiven() {
    var axes: PerAxis = [3, 4, 5]
    axes.insert(9, at: 1)
    #expect(axes == [3, 9, 4, 5])
    #expect(axes.remove(at: 0) == 3)
    axes[2] = -1
    #expect(axes == [9, 4, -1])
    #expect(axes.description == "[9, 4, -1]")
    #expect(PerAxis().isEmpty)
    #expect(PerAxis(repeating: 2, count: 8) == [2, 2, 2, 2, 2, 2, 2, 2])
  }

  @Test func equalNumbersAreEqualValuesHoweverTheyCameAbout() {
    var shortened: PerAxis = [1, 2, 3]
    shortened.remove(at: 2)
    #expect(shortened == [1, 2])
    #expect(shortened.hashValue == PerAxis([1, 2]).hashValue)
    #expect(shortened != [1, 2, 0])
  }

  @Test func refusesANinthAxis() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = PerAxis(repeating: 1, count: 9)
    }
    #expect(message(of: result).contains("more than 8 axes"))
  }

  @Test func refusesAnAxisThatIsNotThere() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let axes: PerAxis = [1, 2]
      print(axes[2])
    }
    #expect(message(of: result).contains("axis 2 of an array of rank 2"))
  }
}
