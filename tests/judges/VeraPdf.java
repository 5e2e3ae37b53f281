import java.io.FileInputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Judges files by veraPDF: the profiles (such as 3a,ua1), then the files; a line for each, and one for each broken rule. */
public class VeraPdf {
  public static void main(String[] args) throws Exception {
    VeraGreenfieldFoundryProvider.initialise();
    boolean sound = args.length > 1;
    for (int i = 1; i < args.length; i++) {
      for (String name : args[0].split(",")) {
        PDFAFlavour profile = PDFAFlavour.fromString(name);
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(args[i]), profile);
            PDFAValidator validator = Foundries.defaultInstance().createValidator(profile, false)) {
          ValidationResult result = validator.validate(parser);
          sound &= result.isCompliant() && result.getTotalAssertions() > 0;
          System.out.println(args[i] + " [" + name + "]: " + result.getTotalAssertions() + " checks, "
              + result.getTestAssertions().size() + " failures");
          Map<String, Integer> count = new LinkedHashMap<>();
          Map<String, String> first = new LinkedHashMap<>();
          for (TestAssertion t : result.getTestAssertions()) {
            if (t.getStatus() != TestAssertion.Status.FAILED) {
              continue;
            }
            String rule = t.getRuleId().getClause() + "-" + t.getRuleId().getTestNumber();
            count.merge(rule, 1, Integer::sum);
            first.putIfAbsent(rule, t.getMessage() + " @ " + t.getLocation().getContext() + " | " + t.getErrorMessage());
          }
          for (Map.Entry<String, Integer> e : count.entrySet()) {
            System.out.println("   " + e.getKey() + " x" + e.getValue() + ": " + first.get(e.getKey()).replaceAll("\\s+", " "));
          }
        }
      }
    }
    System.exit(sound ? 0 : 1);
  }
}
