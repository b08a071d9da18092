// Holds PDFs against PDF/UA-1 with the veraPDF engine: each rule that a file breaks is one line, as for any problem here.
//
//   java -cp JARS tools/ReleaseCheck.java FOLDER…
//
// `make release-check` calls it, after `tools/setup verapdf`. It ends with 1 where a file fails, 2 where there is none.

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

public final class ReleaseCheck {
    private static final int MOST_SHOWN = 100;
    private static final long MOST_BYTES = 4_000_000;
    private static final String REMEDY = "Mend what makes it: macros/press/, or macros/templates/print/.";

    private ReleaseCheck() {}

    public static void main(String[] names) throws IOException {
        LogManager.getLogManager().reset();
        Logger.getLogger("").setLevel(Level.OFF); // veraPDF remarks on what is no fault
        VeraGreenfieldFoundryProvider.initialise();
        List<Path> files = new ArrayList<>();
        for (String name : names) {
            files.addAll(pdfs(Path.of(name)));
        }
        if (files.isEmpty()) {
            System.out.printf("%s: found no PDF; expected the PDFs of the site. Run `make site`.%n", String.join(" ", names));
            System.exit(2);
        }
        System.err.printf("veraPDF reads %,d PDFs; some minutes for all of a site.%n", files.size());
        List<List<String>> faults = files.parallelStream().map(ReleaseCheck::faults).toList();
        for (int place = 0; place < files.size(); place++) {
            for (String fault : faults.get(place)) {
                System.out.printf("%s: found %s; expected PDF/UA-1. %s%n", files.get(place), fault, REMEDY);
            }
        }
        long failed = faults.stream().filter(found -> !found.isEmpty()).count();
        System.err.printf("veraPDF, PDF/UA-1: %,d PDFs, %,d of them fail.%n", files.size(), failed);
        System.exit(failed == 0 ? 0 : 1);
    }

    /** The PDFs in a folder and in those below it; or the file itself, however large. */
    private static List<Path> pdfs(Path place) throws IOException {
        if (!Files.exists(place)) {
            return List.of();
        }
        try (Stream<Path> found = Files.walk(place)) {
            List<Path> all = found.filter(path -> Files.isRegularFile(path) && path.toString().endsWith(".pdf")).sorted().toList();
            return Files.isDirectory(place) ? all.stream().filter(path -> !tooLarge(path)).toList() : all;
        }
    }

    /** Whether veraPDF, which keeps every letter in memory, needs many gigabytes for it; that is said. */
    private static boolean tooLarge(Path file) {
        boolean large = file.toFile().length() > MOST_BYTES;
        if (large) {
            System.err.printf("%s: left out, for it needs 7 GB of memory (JDK_JAVA_OPTIONS=-Xmx8g and PDFS=%s check it)%n", file, file);
        }
        return large;
    }

    /** The rules that a file breaks, each with how often and what the first breach is. */
    private static List<String> faults(Path file) {
        PDFAFlavour flavour = PDFAFlavour.fromString("ua1");
        try (var parser = Foundries.defaultInstance().createParser(file.toFile(), flavour);
                var validator = Foundries.defaultInstance().createValidator(flavour, MOST_SHOWN, false, false, false)) {
            ValidationResult result = validator.validate(parser);
            Map<String, List<TestAssertion>> broken = result.getTestAssertions().stream()
                    .filter(test -> test.getStatus() == TestAssertion.Status.FAILED)
                    .collect(Collectors.groupingBy(ReleaseCheck::rule, TreeMap::new, Collectors.toList()));
            List<String> told = new ArrayList<>();
            broken.forEach((rule, tests) -> told.add(told(result, rule, tests)));
            return told.isEmpty() && !result.isCompliant() ? List.of("a file that does not pass, for no rule that is told") : told;
        } catch (Exception error) { // whatever it is, this file is not known to pass
            return List.of("a file that veraPDF cannot read (%s)".formatted(error.getMessage()));
        }
    }

    private static String rule(TestAssertion test) {
        return test.getRuleId().getClause() + "-" + test.getRuleId().getTestNumber();
    }

    private static String told(ValidationResult result, String rule, List<TestAssertion> tests) {
        int times = result.getFailedChecks().getOrDefault(tests.get(0).getRuleId(), tests.size());
        String what = String.valueOf(tests.get(0).getMessage()).strip().replaceAll("\\s+", " ");
        String where = tests.get(0).getLocation().getContext().replaceAll(".*/", "");
        return "rule %s broken (%d×, first at %s): %s".formatted(rule, times, where, what);
    }
}
