package corpus

import "strings"

// origin is how names are made where someone comes from. The lists are frequent
// names and plain syllables, written for this corpus; shares and habits are made
// up to be varied, and describe no population.
type origin struct {
	name         string
	share        int // of a hundred or so
	families     []string
	frequent     int      // percent of families from the list, the rest from head and tail
	head, tail   []string // syllables that make the rarer ones
	double       int      // percent with two family names
	between      string   // what stands between these
	particles    []string
	particled    int
	women, men   []string
	more, hyphen int // percent with a further first name; of these joined by a hyphen
	married      int // percent of women with a used name
}

func w(s string) []string { return strings.Fields(s) }

// spaced splits names that have spaces of their own.
func spaced(s string) []string { return strings.Split(s, ", ") }

var (
	frenchWomen = w("Marie Jeanne Nathalie Sylvie Catherine Christine Monique Isabelle Françoise Valérie Sandrine Céline Émilie Chloé Léa Manon Inès Camille Océane Mélanie Élodie Laëtitia Aurélie Thérèse Ginette Josiane Ghislaine Gaëlle Anaïs Noémie Clémence Béatrice Geneviève Hélène Agnès Solène Maëva Jade Louise Alice Zoé Lina Philomène Joséphine Célestine Ambroisine Rosemay Lucette Yolaine Huguette")
	frenchMen   = w("Jean Pierre Michel Philippe Alain Patrick Christophe Nicolas Daniel Bernard Éric Frédéric Laurent Stéphane Olivier David Thierry Sébastien Julien Mathieu Thomas Lucas Hugo Enzo Théo Noé Raphaël Gabriel Loïc Yannick Cédric Rémi François Joël Gaëtan Anatole Hyacinthe Expédit Clovis Ismaël Mickaël Jordan Kévin Ludovic Grégory Axel Ethan Mathis Guillaume Benoît")
	muslimWomen = spaced("Fatima, Aïcha, Zaïnaba, Mariama, Halima, Roukia, Anziza, Echata, Nassima, Moinécha, Chamsia, Toiliha, Faouzia, Zalihata, Hadidja, Amina, Nadjima, Sitti, Raïssa, Soifia, Nourdati, Mouniati, Bibi, Oumi, Rahamatou, Djamila, Yasmina, Kamaria, Inaya, Naïma, Latufa, Salama, Hafoussoita, Anrafa, Thoueïba, Ouchiati, Dhoimrati, Fazna, Farda, Myriam")
	muslimMen   = spaced("Mohamed, Ahmed, Saïd, Ali, Abdallah, Ibrahim, Ismaël, Youssouf, Hassani, Nassur, Anli, Combo, Daoud, Issouf, Soulaïmana, Mouhamadi, Faïssoil, El-Anrif, Chaharoumane, Bacar, Abdou, Kamal, Idriss, Rachid, Naïm, Ridhoi, Ousseni, Salim, Moustadrane, Djaffar, Farid, Ben Ali, Hamada, Toihir, Chadhouli, Anfane, Rayan, Zaïdou, Attoumane, Madi")
)

var origins = []origin{
	{name: "reunion-french", share: 17, frequent: 55, double: 6, between: "-", particles: spaced("Le , de , De La , La "), particled: 3, women: frenchWomen, men: frenchMen, more: 40, hyphen: 45, married: 30,
		families: w("Hoarau Payet Grondin Boyer Dijoux Fontaine Rivière Robert Maillot Lebreton Técher Bègue Lauret Nativel Técher Morel Turpin Hoareau Cadet Gonthier Vitry Huet Fontaine Dennemont Clain Picard Elma Rousseau Lallemand Folio Ethève Mussard Barret Lépinay Tarby Damour Sautron Bénard Gigan Cerneau Dalleau Gauvin Bello Aubry Chamand Pitou Ferrère Vienne Mézino Baillif"),
		head:     w("Bel Mar Gau Tré Lau Dal Fer Cor Mon Vau Pel Rou Ger Ba Mé Le Du Ché Sau Bour Gi Vin Fo Ra Au Der Tal"), tail: w("bert tin dot vert rel veau mier nard gnier chet court lot guin vel rand let quet drin zat mand ville son lier fray get toux")},
	{name: "reunion-tamil", share: 10, frequent: 40, double: 3, between: "-", women: append(w("Vanessa Sindy Devi Latchoumi Prisca Kanaga Anandi Saraspadee Nadia Pouspa Radha Sita Lakshmi Mirabelle Indira Kavya Priya"), frenchWomen[:20]...), men: append(w("Ganesh Mourougan Siva Ajay Krishna Ravi Vishnou Iven Soupaya Manikom Sundar Arvin Selven Kumar"), frenchMen[:20]...), more: 30, hyphen: 40, married: 25,
		families: w("Virapin Moutoussamy Ramassamy Sinama Soupramanien Minatchy Sinapayen Candassamy Narayanin Caroupaye Latchimy Vellayoudom Ramsamy Mardaye Pajaniandy Velia Arnachellum Payandi Sababady Virama Appavoupoullé Chellum Tangatchy Canabady Maillavarom"),
		head:     w("Rama Soupa Vira Moutou Sinna Cana Nara Mouni Cata Valli Poune Pava Manga Kichena Ayassa Latcha Mara Saminada Vaya Permala Comara Virapa Souna"), tail: w("samy ssamy pin yen toumouty paye poullé din ganin moutou rettiar caoundin patnam vaye mady nin tchi nom pa velle")},
	{name: "reunion-chinese", share: 5, frequent: 30, double: 0, women: append(w("Mei Lina Sophie Anne"), frenchWomen[:25]...), men: append(w("Wei Alex"), frenchMen[:25]...), more: 30, hyphen: 50, married: 20,
		families: spaced("Chane-Kane, Ah-Kang, Thia-Kime, Law-Yen, Lai-Kane-Cheong, Fong-Kiwok, Chan-Ou-Teung, Wong-Hee-Kam, Hoareau-Ah-Tac, Sam-Caw-Freve, Chane-Tune, Leung, Ah-Hot, Ah-Sing, Lo-Hong-Shing"),
		head:     spaced("Chane-, Ah-, Law-, Lai-, Fong-, Wong-, Thia-, Hoa-, Sam-, Lam-, Chan-, Tsang-, Yee-, Hong-, Li-"), tail: w("Kane Wai Tune Yin Kong Soui Fat See-Hang Kee Ching Pang Nam Teng-Kam Hee Waye Chow Fo-Yen Sin Lune Kaw")},
	{name: "reunion-gujarati", share: 4, frequent: 45, double: 14, between: " ", women: append(spaced("Zarina, Bibi Amina, Rehana, Shenaz, Farida, Nazia, Sabera, Zubeda, Hawa, Mariam, Safia, Ayesha"), muslimWomen[:8]...), men: append(spaced("Ibrahim, Iqbal, Goulam, Issop, Yacoub, Aslam, Houssen, Amode, Imtiaz, Nazir, Farouk, Moussa"), muslimMen[:8]...), more: 20, hyphen: 10, married: 20,
		families: w("Patel Ravate Ingar Moullan Omarjee Locate Issop Dindar Badat Cadjee Bhana Karjatwala Vali Mangrolia Gangate Sulliman Akhoun Timol Lorgat Kajee"),
		head:     w("Mamode Goula Ismael Cassim Aza Omar Adam Hassen Amod Karim Sali Yous Vora"), tail: w("jee wala mia bhay ly dine ssa gy mode patel")},
	{name: "malagasy", share: 7, frequent: 20, double: 4, between: " ", women: append(spaced("Voahangy, Hanitra, Fara, Lalaina, Noro, Tiana, Volatiana, Soa, Hasina, Nirina, Mialy, Fanja, Miora, Vololona, Saholy, Ravaka"), frenchWomen[:12]...), men: append(spaced("Hery, Rivo, Tojo, Haja, Ny Aina, Faly, Mamy, Solofo, Lova, Andry, Toky, Njaka, Rado, Tahina, Onja, Fidy"), frenchMen[:12]...), more: 35, hyphen: 10, married: 25,
		families: w("Rakoto Rabe Randria Rasoa Andriamanitra Razafy Rakotomalala Ravelo Ramanantsoa Zafy Tsimanda Jaozafy"),
		head:     w("Rakoto Randriana Raza Andria Rasoa Ramana Ravelo Rabe Razana Rajao Ratsima Raha Andriana Ralai Zafi Tsia"), tail: w("malala nirina soa arisoa rivo njaka mbelo tiana mandimby naivo manana haja ndraibe manga fetra samba tsoa zafy lahy vony")},
	{name: "comorian", share: 18, frequent: 45, double: 34, between: " ", particles: spaced("M', Ben , Binti , Bin , Ba, Mou"), particled: 10, women: muslimWomen, men: muslimMen, more: 16, hyphen: 20, married: 10,
		families: w("Saïd Madi Ali Abdou Attoumani Houmadi Ahamada Bacar Soilihi Combo Boina Mohamed Hamidou Ibrahim Moussa Youssouf Soumaïla Abdallah Issouf Assani Maoulida Saindou Darouèche Djoumoi Chanfi Mbaé Soudjay Oili Ousseni Halidi Mcolo Toumbou Kassim Inoussa Anli Daou Salim Vita Bourhane Tava"),
		head:     w("Sou Hou Mou Cha Ba Nou Dja Aha Moi Tou Sai Ous Ma Za Inou Ari Kafe Mdo Bou Ra"), tail: w("madi laïmana mbou ssa ndou hamadi djou fou rani touma dhi ssani koumba hidi lida dhoini roihi biya nzé foudi")},
	{name: "guyane-creole", share: 7, frequent: 35, double: 10, between: "-", women: append(w("Myrtha Gladys Rosange Eliette Marlène Rolande Line Tatiana Shana Kerline"), frenchWomen[:30]...), men: append(w("Rodolphe Elie Raymond Serge Roland Jocelyn Ange Kendrick Teddy"), frenchMen[:30]...), more: 35, hyphen: 40, married: 25,
		families: w("Horth Sainte-Rose Prévot Robinson Létard Jadfard Clet Madeleine Némorin Torvic Lony Chocho Catayée Galmot Virginius Ringuet Egalgi Mathurin Saint-Cyr Félicien Cléonis Gaye"),
		head:     w("Flo Clé Vir Eu Ma Théo Né Bo Ra Saint- Sainte- Al Ju Zé"), tail: w("rus mène phile gène lus ville Clair Luce Aude phin bert min tus vy nard rimond")},
	{name: "bushinenge", share: 6, frequent: 40, double: 6, between: " ", women: w("Agnes Josephina Sonia Mena Sa-Afiba Akouba Yaba Adyuba Marlene Sylvana Esther Noella Wilma Jolanda Marciana Norma Dowi Bona Erna Ma-Amba"), men: w("Kwasi Kodjo Kwami Yaw Kofi Kwaku Adyo Johannes Wilhelm Ronny Edje Jerry Antonius Dyonko Basia Patrick Aniko Franklin Tolinga Sake"), more: 25, hyphen: 10, married: 8,
		families: w("Pinas Abienso Amete Adam Djani Kwadjani Apaï Amiemba Sante Doekoe Topo Ajentoena Dinguiou Afoeka Alexander Saaki Ateni Kapoe Bagadi Misidjan"),
		head:     w("A Dja Kwa Sa To Ba Amo Dye Pi Foe Ko Wa Lo Ma Bi"), tail: w("soe kodja fanti doe mba binti djoe kana pansa wini toena bakoe nsoe menti djan loekoe")},
	{name: "amerindian", share: 4, frequent: 25, double: 4, between: " ", women: append(w("Kuliwa Malilu Alina Yanuwana Sintaman Ikale Apeloka Kalina Wayuma Mapi"), frenchWomen[:18]...), men: append(w("Aïmawale Tasikale Kupi Alaïwa Palimino Opoya Kuyali Atipa Tïwan Maipo"), frenchMen[:18]...), more: 30, hyphen: 20, married: 8,
		families: spaced("Aloïké, Tiouka, Kanuwa, Maluwin, Alupki, Panapuy, Yapaluwa, Ti'iwan, Kali'mo, Twenké, Opoya, Malavate, Couchili, Yawalu, Zidok, Monnerville, Apatou, Ouaïyoule, Jean-Jacques, Thérèse"),
		head:     spaced("Ku, Ala, Ya, Pa, Ma, Ti', Kali', Wa, Opo, Ïmo, Tu, Mala, Epo, Aku, Pïla"), tail: spaced("lipo, wanak, puyu, yaman, luwa, kalé, pinë, watu, mïle, nawa, sili, hpo, leï, manin, yuku, tapen")},
	{name: "brazilian", share: 5, frequent: 85, double: 45, between: " ", particles: spaced("da , dos , de , do "), particled: 40, women: w("Maria Ana Francisca Antônia Adriana Juliana Márcia Fernanda Patrícia Aline Raimunda Luciana Conceição Jéssica Letícia Vitória Sônia Beatriz Rosângela Edilene"), men: w("José João Antônio Francisco Carlos Paulo Pedro Lucas Luiz Marcos Raimundo Gabriel Rafael Márcio Edson Sebastião Manoel Wellington Thiago Cláudio"), more: 45, hyphen: 2, married: 15,
		families: w("Silva Santos Souza Oliveira Pereira Lima Costa Ferreira Rodrigues Almeida Nascimento Araújo Ribeiro Barbosa Gonçalves Cardoso Carvalho Moraes Pinheiro Magalhães Conceição Brandão"),
		head:     w("Fer Mou Bar Car Gui Lei Mon Pin Fon Cas Nu Viei"), tail: w("nandes reira bosa valho marães tão teiro seca tro nes ra queira")},
	{name: "haitian", share: 6, frequent: 60, double: 26, between: "-", women: append(w("Rose-Laure Mirlande Widline Guerda Nadège Fabiola Magdala Lovely Wislande Darline"), frenchWomen[:20]...), men: append(w("Wilner Fritznel Jacquelin Dieudonné Jhonny Evens Wisler Lucson Ronald Makendy"), frenchMen[:20]...), more: 35, hyphen: 40, married: 15,
		families: w("Jean Pierre Joseph Louis Charles Jean-Baptiste François Saint-Louis Michel Étienne Paul Alexis Toussaint Baptiste Augustin Désir Estimé Noël Célestin Dorvil Fils-Aimé Saint-Juste Petit-Frère Philogène"),
		head:     w("Dor Val Bel Mer Phil Saint- Pré Oril Fré Dieu Jeu"), tail: w("ville cin mond zier val Fleur Vil lus homme né tès")},
	{name: "hmong", share: 2, frequent: 75, double: 3, between: "-", women: spaced("Mai, Pa Nhia, Chou, Ker, Kao Zong, Bao, Nou, Xai, Gao Sheng, Yer, Mao, Sandra, Julie, Houa"), men: spaced("Chue, Tou, Xeng, Pao, Nhia Long, Fong, Cheu, Teng, Vong Meng, Lue, Bruno, Kou, Yia, Seng"), more: 20, hyphen: 15, married: 5,
		families: w("Ly Vang Xiong Moua Yang Lor Heu Siong Thao Tcha Vue Tchao Pha Lao"),
		head:     w("Lo Xio Ya Va Mou Si Tha He Che Kou"), tail: w("ng ng-Yia u yo oung a lee")},
	{name: "antilles", share: 14, frequent: 35, double: 8, between: "-", particles: spaced("Saint-, Sainte-, De "), particled: 6, women: frenchWomen, men: frenchMen, more: 38, hyphen: 45, married: 25,
		families: w("Zobda Cabrimol Marie-Joseph Bellegarde Édouard Lubin Nilor Marlin Cilirie Pamphile Zaïre Léopoldie Sainte-Rose Jean-Marie Montlouis Fanfant Bénoit Maximin Joachim Ozier Lafontaine Grénard Zébina Lurel Bajazet Mirval Siban Théodose Gélabale Zami"),
		head:     w("Ca Zé Pal Mon Nar Lo Bou Ri Cé Gé Sym Cor Fé Vi Me Ab Rosa Lu Dra"), tail: w("limbe phir cisse phore nor vral lise lien gaud mide doc phorien lomon rac lin mède crin cide")},
	{name: "paris", share: 15, frequent: 35, double: 5, between: "-", particles: spaced("De , Le , D', Van , El "), particled: 7, women: append(w("Sarah Aminata Nour Fatoumata Sofia Rania Mei Aya Oumou Kadiatou"), frenchWomen...), men: append(w("Adam Mamadou Karim Ibrahima Wassim Samba Amine Sofiane Nathan Cheikh"), frenchMen...), more: 30, hyphen: 30, married: 25,
		families: w("Martin Bernard Dubois Thomas Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel Garcia Diallo Traoré Benali Nguyen Cohen Tran Da-Silva Camara Chen Haddad Belkacem Coulibaly Rossi Keïta Meyer"),
		head:     w("Bour Gar Chau Del Ber Le Du Vil Car Lam Gros Pel Cou Dia Ben Mar Tra Kou"), tail: w("geois nier vet croix tault grand bois lard pentier bert jean letier turier kité ziane tineau oré baly")},
}

// nicknames are how people shorten first names.
var nicknames = map[string]string{
	"Alexandre": "Alex", "Frédéric": "Fred", "Christophe": "Chris", "Mohamed": "Momo", "Joséphine": "José", "Philomène": "Philo", "Catherine": "Cathy",
	"Nathalie": "Nath", "Valérie": "Val", "Isabelle": "Isa", "Sandrine": "Sandy", "Mathieu": "Mat", "Thomas": "Tom", "Gabriel": "Gaby", "Raphaël": "Raph",
	"Sébastien": "Seb", "Nicolas": "Nico", "Patrick": "Pat", "Michel": "Mimi", "Françoise": "Fanfan", "Thérèse": "Térésa", "Francisco": "Chico", "Maria": "Mariazinha",
	"José": "Zé", "Antônio": "Toninho", "João": "Joãozinho", "Ibrahim": "Brahim", "Ismaël": "Isma", "Fatima": "Fati", "Zaïnaba": "Zaï", "Youssouf": "Youss",
	"Abdallah": "Abdou", "Guillaume": "Guigui", "Jacquelin": "Jacques", "Johannes": "Johan", "Stéphane": "Steph", "Olivier": "Olive", "Émilie": "Mimi", "Mélanie": "Mel",
}
