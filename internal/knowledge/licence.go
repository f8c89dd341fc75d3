package knowledge

import "strings"

// licence is what the owner of a kind of file asks of its users.
type licence struct {
	title, licence, attribution string
}

// sentence is the attribution with the version in its place.
func (l licence) sentence(version string) string {
	if version == "" {
		version = "not stated"
	}
	return strings.ReplaceAll(l.attribution, "{version}", version)
}

const (
	hpoLicence      = "HPO licence, https://hpo.jax.org/app/license (free; name and version shown; content unaltered)"
	hpoSentence     = "Uses the Human Phenotype Ontology, version {version}. https://hpo.jax.org"
	orphaLicence    = "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"
	orphaSentence   = "Orphadata: free access data from Orphanet. © INSERM 1999. https://www.orphadata.com. Data version {version}."
	orphanetVersion = "Orphanet nomenclature of rare diseases, © INSERM 1999. https://www.orphanet.org. Data version {version}."
)

// licences says, for each role, what is shown with every result.
var licences = map[role]licence{
	roleOntology:     {"Human Phenotype Ontology", hpoLicence, hpoSentence},
	roleHPOA:         {"HPO disease annotations", hpoLicence, hpoSentence},
	roleBabelon:      {"HPO French labels", hpoLicence, hpoSentence},
	roleSynonyms:     {"HPO French synonyms", hpoLicence, hpoSentence},
	rolePackets:      {"ORPHApackets", orphaLicence, orphaSentence},
	roleNomenclature: {"Orphanet nomenclature", orphaLicence, orphanetVersion},
	roleClasses:      {"Orphanet classification", orphaLicence, orphanetVersion},
	roleProduct1:     {"Orphadata cross-references (product 1)", orphaLicence, orphaSentence},
	roleProduct4:     {"Orphadata phenotypes (product 4)", orphaLicence, orphaSentence},
	roleProduct6:     {"Orphadata genes (product 6)", orphaLicence, orphaSentence},
	roleProduct7:     {"Orphadata linearisation (product 7)", orphaLicence, orphaSentence},
	rolePrevalence:   {"Orphadata epidemiology (product 9)", orphaLicence, orphaSentence},
	roleAges:         {"Orphadata natural history (product 9)", orphaLicence, orphaSentence},
	roleNames:        {"Orphanet French names", orphaLicence, orphanetVersion},
	roleFSMR: {"ORPHA to FSMR, proposed", "no official table exists",
		"The network of a disease is proposed by rule and to be reviewed by people; it is not an official assignment."},
}
